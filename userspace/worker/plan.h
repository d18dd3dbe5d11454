// SPDX-License-Identifier: GPL-2.0-only
// From what a worker is to what it is meant to be: the changes, in an order in which no packet that
// arrives meets a half-made path (receivers before VIPs, removals last), and what carries them out.
#pragma once

#include "plan/plan.h"
#include "worker/state.h"
#include "worker/wanted.h"

#include <string>
#include <variant>
#include <vector>

namespace gueway::worker {

struct LoadModule {
    std::string name;
};
// A port of the wrong kind goes away first: it cannot be changed.
struct OpenPort {
    fou::Port port;
    std::optional<fou::Port> instead_of;
};
struct AddReceiver {
    TunnelDevice device;
};
// Made anew where the kernel cannot change it in place.
struct ChangeReceiver {
    TunnelDevice device, present;
};
struct AddDummy {
    std::string name;
};
struct SetUp {
    std::string name;
};
struct AddAddress {
    std::string device;
    Prefix address;
};
// rp_filter: 2, loose. The stricter of the device's and "all" counts, of 0, 1 and 2 the larger.
struct LoosenFilter {
    std::string device;
};
struct LimitMss {
    RouteState route;
    unsigned mss = 0;
};
struct RemoveAddress {
    std::string device;
    Prefix address;
};
struct RemoveReceiver {
    std::string name;
};
using Change = std::variant<LoadModule, OpenPort, AddReceiver, ChangeReceiver, AddDummy, SetUp,
                            AddAddress, LoosenFilter, LimitMss, RemoveAddress, RemoveReceiver>;

// A change, and how it is shown.
struct Step {
    plan::Step shown;
    Change change;
};

// What is removed is what is ours without a doubt:
//   - receivers by their name (is_receiver_name);
//   - addresses of one host (/32, /128) on the VIP device, when that is a dummy; on lo or another
//     device an address may be somebody else's, and stays.
// UDP ports, modules and routes stay: others may use them, and the MSS of a route is never raised.
struct Plan {
    std::string worker;
    std::vector<Step> steps;
    std::vector<plan::Note> notes;

    plan::Plan shown() const;
};
Plan make_plan(const Wanted& wanted, const State& state);

// Carries one out. `where` must be the calling thread's namespace.
Result<void> apply(const Namespace& where, const Change& change);

// Carries all out in order, and stops at the first that fails: the Error names it, and a second run
// goes on from there. Then reads back and plans again: what the kernel did not take is an Error.
// `wanted` is what the plan was made for.
Result<void> apply(const Namespace& where, const Wanted& wanted, const Plan& plan);

} // namespace gueway::worker
