// SPDX-License-Identifier: GPL-2.0-only
// A worker as it is, beside what it is meant to be.
#pragma once

#include "util/json_fwd.h"
#include "worker/plan.h"

#include <string>
#include <vector>

namespace gueway::worker {

enum class Presence : uint8_t { present, missing, differs };

//   section, object  as in a plan
//   state            what of it is there; empty where its being there says all
struct Item {
    std::string section, object, state;
    Presence presence = Presence::present;
    bool operator==(const Item&) const = default;
};

struct Shown {
    std::string worker;
    std::vector<Item> items;
    std::vector<plan::Note> notes;
};

// Everything the file asks for, in a plan's order.
Shown show(const Wanted& wanted, const State& state);

// One line an item: "  ok       GUE port 5501 (IPv4)".
std::string text(const Shown& shown);

// "gueway.worker/1": {schema, worker, items: [{section, object, presence, state}], notes: [...]}.
inline constexpr const char* schema = "gueway.worker/1";
Json json(const Shown& shown);

} // namespace gueway::worker
