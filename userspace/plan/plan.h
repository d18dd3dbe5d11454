// SPDX-License-Identifier: GPL-2.0-only
// A plan as a reader sees it: which object is added, changed or removed, and what differs. The noun
// that makes a plan keeps what it needs to carry a step out; this is what is shown of it, to people
// and as JSON, from one model.
#pragma once

#include "util/json_fwd.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::plan {

enum class Operation : uint8_t { add, change, remove };
std::string_view name(Operation operation); // "add", "change", "remove"

// One attribute: `from` is empty when the object is added, `to` when it is removed.
struct Difference {
    std::string attribute; // "weight"
    std::string from, to;
    bool operator==(const Difference&) const = default;
};

// One change of one object.
//   section      what the object belongs to, and under what it is shown: "service tcp
//                198.51.100.150:8000", "devices"; steps of one section stand together
//   object       "worker w1 (172.70.64.149:8000)"
//   differences  of a change: what changes; of an addition or removal: what is worth reading
struct Step {
    Operation operation = Operation::add;
    std::string section;
    std::string object;
    std::vector<Difference> differences;
    bool operator==(const Step&) const = default;
};

// A remark that is no change: a drain by somebody else, an address that is not ours to remove.
struct Note {
    std::string section;
    std::string text;
    bool operator==(const Note&) const = default;
};

struct Plan {
    std::string place; // what the plan is for: the network namespace, the worker
    std::vector<Step> steps;
    std::vector<Note> notes;
    bool empty() const { return steps.empty(); } // nothing to do; notes do not count
};

// Whether `now` removes an object that `approved` does not.
bool removes_more(const Plan& now, const Plan& approved);

// For people, one line a step, by section in the order of first appearance:
//     service tcp 198.51.100.150:8000
//       ~ worker w1 (172.70.64.149:8000): weight 50 -> 100
//       + worker w2 (172.70.72.206:8000): weight 100, encapsulation gue:5501
//       - worker w3 (172.70.74.3:8000)
//     1 to add, 1 to change, 1 to remove
// With nothing to do: "nothing to do", after the notes ("! ...").
std::string text(const Plan& plan);

// "gueway.plan/1": {schema, place, steps: [{operation, section, object, differences: [{attribute,
// from, to}]}], notes: [{section, text}]}; from and to are null where they are empty.
inline constexpr const char* schema = "gueway.plan/1";
Json json(const Plan& plan);

} // namespace gueway::plan
