// SPDX-License-Identifier: GPL-2.0-only
// A gate on the packets' way through the director: shut, it cuts the way there, so that what they
// cost until then can be measured; open, it lets them pass and costs the same, so that its own cost
// can be taken off.
#pragma once

#include "link/namespace.h"

#include <string>

namespace gueway::bench {

// Where: what a device receives, in traffic control; netfilter's hooks, LOCAL_IN right before
// IPVS's; what is handed to a device, in traffic control, before it is segmented.
enum class Spot : uint8_t { arrival, forward, local_in, local_out, departure };

struct Place {
    Spot spot = Spot::arrival;
    std::string device; // of arrival and departure
};

enum class Pass : bool { shut, open };

// Until destruction. Move-only. One at a time of a spot and device.
class Gate {
public:
    static Result<Gate> set(const Namespace& where, const Place& place, Pass pass);
    Gate(Gate&& other) noexcept
        : where_(std::exchange(other.where_, nullptr)), place_(std::move(other.place_))
    {}
    Gate& operator=(Gate&&) = delete;
    ~Gate();

private:
    Gate(const Namespace& where, Place place) : where_(&where), place_(std::move(place)) {}
    const Namespace* where_;
    Place place_;
};

} // namespace gueway::bench
