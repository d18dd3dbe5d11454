// SPDX-License-Identifier: GPL-2.0-only
// What is there, read once for many edits of a restore.
#pragma once

#include "ipvs/client.h"
#include "ipvsadm/command.h"

#include <array>
#include <expected>
#include <map>
#include <utility>

namespace gueway::ipvsadm {

// The workers of the services that edits name. Keeps up with those edits; others' changes are seen
// after forget(), which the caller calls whenever time passes.
class Present {
public:
    explicit Present(ipvs::Client& client) : client_(client) {}

    // What the edit makes of the worker; without it missing_worker().
    std::expected<ipvs::Destination, Failure> edited_worker(const Command& command);

    // Other messages were sent: there may be more than was read. With `removals` there may be less.
    void changed(bool removals);
    void forget() { services_.clear(); }

private:
    struct Service {
        std::map<std::pair<std::array<uint8_t, 16>, uint16_t>, ipvs::Destination> workers;
        bool stale = false;
        ipvs::Destination* find(const Command& command);
    };
    std::expected<Service*, Failure> read(const ipvs::ServiceKey& key);

    ipvs::Client& client_;
    std::map<ipvs::ServiceKey, Service> services_;
};

} // namespace gueway::ipvsadm
