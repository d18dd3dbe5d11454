// SPDX-License-Identifier: GPL-2.0-only
// How a network namespace is set, read from the running kernel.
#pragma once

#include "doctor/bug.h"
#include "doctor/settings.h"
#include "link/namespace.h"
#include "util/result.h"

namespace gueway::doctor {

// Changes nothing, and loads no module: where ip_vs is not loaded, there are no services. Needs
// CAP_NET_ADMIN, which IPVS asks for even to be read, and CAP_SYS_ADMIN (EPERM).
Result<Settings> read_settings(const Namespace& where);

// What traffic control in front of IPVS repairs.
Mitigation read_mitigation(const Namespace& where, const Settings& settings);

// Brings the counts of dropped packets up to date: what has come since read_settings() is
// `dropping`, of the reverse path filter `filtering`. May be asked again and again.
Result<void> read_drops_again(const Namespace& where, Settings& settings);

} // namespace gueway::doctor
