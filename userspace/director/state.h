// SPDX-License-Identifier: GPL-2.0-only
// What the kernel of a director has, of all that a Config may say.
#pragma once

#include "config/config.h"
#include "director/fou_interface.h"
#include "ipvs/client.h"
#include "link/namespace.h"
#include "util/address.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway {

// The device that takes the VIPs, and all addresses on it.
struct VipDevice {
    bool up = false;
    std::vector<Prefix> addresses;
    bool operator==(const VipDevice&) const = default;
};

//   sysctls     the values of those that the Config names, in its order
//   vip_device  nothing: the Config names none, or there is no device of that name
//   missing_modules  of those that the Config needs, what the kernel has neither
//                    loaded nor built in
struct State {
    std::vector<ipvs::ServiceState> services;
    std::vector<std::string> sysctls;
    std::optional<VipDevice> vip_device;
    std::vector<FouInterface> fou_interfaces;
    std::vector<std::string> missing_modules;
};

// IPVS is read until it holds still (see ipvs::Client::snapshot). `where` is the namespace that
// `client` was opened in.
Result<State> read_state(const Namespace& where, ipvs::Client& client, const Config& config);

} // namespace gueway
