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
// rp_filter of the device: 0 (off), or 2 (loose).
struct SetFilter {
    std::string device;
    int value = 0;
};
struct SetSysctl {
    std::string name;
    int value = 0;
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
using Change =
    std::variant<LoadModule, OpenPort, AddReceiver, ChangeReceiver, AddDummy, SetUp, AddAddress,
                 SetFilter, SetSysctl, LimitMss, RemoveAddress, RemoveReceiver>;

// A change, and how it is shown.
struct Step {
    plan::Step shown;
    Change change;
};

// Answers to a client leave by another device than its packets came from, so that a reverse path
// filter takes these for forged. Of a device's rp_filter and "all" the larger counts. Strict (1)
// drops them; loose (2) does too on a device without an IPv4 address (net/ipv4/fib_frontend.c,
// __fib_validate_source), as tunnel devices are. Where "all" is 0, the receiver's becomes 0. "all"
// itself is other devices' protection and stays: where it is not 0, the receiver is made loose and
// gets one of the VIPs as its address.
//
// What is removed is what is ours without a doubt:
//   - receivers by their name (is_receiver_name), and IPv4 addresses on them;
//   - with `prune`, addresses of one host (/32, /128) on the VIP device, when that is a dummy, but
//     for those by which the file knows the worker; without it they are noted. On lo or another
//     device an address may be somebody else's, and stays.
// UDP ports, modules and routes stay: others may use them, and the MSS of a route is never raised.
struct PlanOptions {
    bool prune = false;
};
struct Plan {
    std::string worker;
    PlanOptions options;
    std::vector<Step> steps;
    std::vector<plan::Note> notes;

    plan::Plan shown() const;
};
Plan make_plan(const Wanted& wanted, const State& state, const PlanOptions& options = {});

// Carries one out. `where` must be the calling thread's namespace.
Result<void> apply(const Namespace& where, const Change& change);

// Carries all out in order, and stops at the first that fails: the Error names it, and a second run
// goes on from there. Then reads back and plans again: what the kernel did not take is an Error.
// `wanted` is what the plan was made for.
Result<void> apply(const Namespace& where, const Wanted& wanted, const Plan& plan);

} // namespace gueway::worker
