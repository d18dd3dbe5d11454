// SPDX-License-Identifier: GPL-2.0-only
// Until a device passes packets: the kernel makes it do so from a work queue
// (net/core/link_watch.c), some time after both ends are up, and drops what is sent before.
#pragma once

#include "link/namespace.h"
#include "util/deadline.h"

#include <string>

namespace gueway {

// ETIMEDOUT at the deadline; ENODEV when there is no such device.
Result<void> wait_carrier(const Namespace& where, const std::string& device,
                          const Deadline& deadline);

} // namespace gueway
