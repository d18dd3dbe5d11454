// SPDX-License-Identifier: GPL-2.0-only
// How a network namespace is set, read from the running kernel.
#pragma once

#include "doctor/settings.h"
#include "link/namespace.h"
#include "util/result.h"

namespace gueway::doctor {

// Changes nothing, and loads no module: where ip_vs is not loaded, there are no services. Needs
// CAP_NET_ADMIN, which IPVS asks for even to be read, and CAP_SYS_ADMIN (EPERM).
Result<Settings> read_settings(const Namespace& where);

} // namespace gueway::doctor
