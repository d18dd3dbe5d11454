// SPDX-License-Identifier: GPL-2.0-only
// What a packet costs a director whose kernel has the bug that packets are dropped by when they are
// segmented in software, with a repair in force; and one that needs none.
#pragma once

#include "bench/paths/meter.h"
#include "bench/paths/way.h"

namespace gueway::bench {

enum class Repair : uint8_t { none, hotfix, mitigation };

//   sender, device  as the stages of these names (bench/paths/way.h)
//   whole           instructions of all stages
//   segments        that one packet became on the underlay device
struct Outlay {
    double sender = 0, device = 0, whole = 0;
    unsigned segments = 0;
};

// A director whose packets are measured one size after the other.
class Repaired {
public:
    static Result<Repaired> make(const Way& way, Repair repair);

    // `offload`: the underlay device takes GSO packets whole. An Error when no packet arrives.
    Result<Outlay> measure(const Size& size, bool offload) const;

private:
    Repaired(Director director, Repair repair) : director_(std::move(director)), repair_(repair) {}
    Result<double> gate_cost(const Meter& meter, const Place& place) const;
    Director director_;
    Repair repair_;
    double arrival_ = 0, departure_ = 0; // what the gates there take
};

// What a repair adds to a packet that is not segmented in software. An Error when no packet arrives
// with it or without.
Result<double> repair_adds(const Director& director, Repair repair, const Size& size);

} // namespace gueway::bench
