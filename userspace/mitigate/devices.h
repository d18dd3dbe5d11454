// SPDX-License-Identifier: GPL-2.0-only
// On which devices the mitigation belongs, and where it cannot work.
#pragma once

#include "link/device.h"
#include "link/route.h"
#include "util/address.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway::mitigate {

// Why it cannot work on a device, and what to use instead; nothing where it can.
std::optional<Error> refusal(const Device& device, const std::vector<Device>& all);

// A device that was not taken, and why: "only workers are behind it".
struct LeftOut {
    std::string device, why;
};

//   missed  why there may be clients that come through none of the devices and that the bug can
//           strike, one line each
struct Choice {
    std::vector<std::string> devices;
    std::vector<LeftOut> left_out;
    std::vector<std::string> missed;
};

// What clients may come through: devices with routes of the VIPs' families, but for those behind
// which there is nothing but the subnets of workers. Where only such are there, clients come
// through these. All hops of a route count. Pure.
struct Surroundings {
    std::vector<Device> devices;
    std::vector<RouteState> routes; // of the main table
    std::vector<Address> workers;
};
Choice choose(const Surroundings& around, const std::vector<Address>& vips);

} // namespace gueway::mitigate
