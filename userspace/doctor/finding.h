// SPDX-License-Identifier: GPL-2.0-only
// What the doctor has found: one setting, service, way or device that is wrong, or worth knowing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::doctor {

// How much it matters, the least first.
//   note     nothing to be done, or nothing now
//   at_risk  works until something else happens: a worker fails, a route changes, a device
//            is swapped
//   broken   packets are lost as it is
enum class Severity : uint8_t { note, at_risk, broken };
std::string_view name(Severity severity); // "note", "at risk", "broken"

// What a finding rests on.
//   read       what the kernel answered now
//   measured   packets that were sent for it, or that the kernel counted
//   knowledge  what is known of such kernels and drivers; this one was not asked
enum class Basis : uint8_t { read, measured, knowledge };
std::string_view name(Basis basis); // "read", "measured", "knowledge"

//   id        names the rule: "mh-without-fallback"
//   subject   what it is about: "net.ipv4.vs.sloppy_tcp", "tcp 198.51.100.150:8000", "device d1"
//   found     how it is: "is 0"
//   why       why that matters, in one sentence
//   commands  mend it, in this order, in the director's network namespace
//   advice    what no command of this host mends, or what else does; may be empty
struct Finding {
    Severity severity = Severity::note;
    std::string id, subject, found, why;
    std::vector<std::string> commands;
    std::string advice;
    Basis basis = Basis::read;
    bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

// The worst of all; a note for none.
Severity worst(const Findings& findings);

// Most serious first; those of one severity stay in their order.
void sort_by_severity(Findings& findings);

// "w1, w2, w3 and 7 more"
std::string listed(const std::vector<std::string>& names);

} // namespace gueway::doctor
