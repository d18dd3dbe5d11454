// SPDX-License-Identifier: GPL-2.0-only
#include "link/carrier.h"

#include "link/device.h"

namespace gueway {

Result<void> wait_carrier(const Namespace& where, const std::string& name, const Deadline& deadline)
{
    return wait_until(deadline, where.rtnl().object("device " + name), "its carrier",
                      [&]() -> Result<bool> { return TRY(device(where, name)).carrier; });
}

} // namespace gueway
