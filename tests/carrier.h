// SPDX-License-Identifier: GPL-2.0-only
// Of devices that a test has made by itself, with no topology that waits for them.
#pragma once

#include "link/device.h"
#include "util/deadline.h"

#include <string>

namespace gueway {

// Until the device passes packets: the kernel makes it do so from a work queue, some time after
// both ends are up, and drops what is sent before.
inline Result<void> wait_carrier(const Namespace& where, const std::string& name)
{
    return wait_until(Deadline::after(std::chrono::seconds(60)), "device " + name, "its carrier",
                      [&]() -> Result<bool> { return TRY(device(where, name)).carrier; });
}

} // namespace gueway
