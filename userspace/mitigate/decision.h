// SPDX-License-Identifier: GPL-2.0-only
// What turning the mitigation on would do, and where it would be refused: asked by `mitigate on`
// before it does it, and by the doctor before it proposes it.
#pragma once

#include "mitigate/devices.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gueway::mitigate {

// Of the running IPVS configuration; empty where IPVS is not loaded, which stays so.
//   vips     of services with a worker behind GUE or GRE, which the bug can strike
//   marks    services by firewall mark with such a worker: their addresses are not known to IPVS
//   workers  addresses of all workers
struct Services {
    std::vector<Address> vips;
    std::vector<uint32_t> marks;
    std::vector<Address> workers;
};

// Connections whose client is this host itself, which come through no device. `all` counts the
// others too.
struct LocalClients {
    size_t local = 0, all = 0;
    bool only() const { return local > 0 && local == all; }
};

// What was read of one namespace.
struct Facts {
    Services services;
    Surroundings around;
    LocalClients clients;
};

// Empty lists: all devices that clients may come through, all VIPs of Services.
//   force  though no client that IPVS knows of comes through a device
struct Request {
    std::vector<std::string> devices; // of `around`
    std::vector<Address> vips;
    bool force = false;
};

//   choice  its devices are those that were asked for, where some were
//   notes   one line each
struct Decision {
    std::vector<Address> vips;
    Choice choice;
    std::vector<std::string> notes;
};
// An Error where there is nothing to do it for, or where it cannot work. Pure.
Result<Decision> decide(const Request& request, const Facts& facts);

} // namespace gueway::mitigate
