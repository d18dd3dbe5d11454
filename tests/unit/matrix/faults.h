// SPDX-License-Identifier: GPL-2.0-only
// Deliberate faults of what was seen of a cell. Checksums around a fault are right, as those of a
// director would be that is wrong in just that one thing, unless the checksum is the fault.
#pragma once

#include "tests/unit/matrix/faultless.h"

#include <ostream>
#include <string_view>

namespace gueway::matrix {

//   make   puts the fault in; false: there is no such thing in this scene, which is left as it was
//   words  of which a complaint must have one to be about this fault
struct Fault {
    std::string_view name;
    bool (*make)(Scene& scene);
    std::vector<std::string_view> words;
};
void PrintTo(const Fault& fault, std::ostream* to); // for GoogleTest

// Of a tunnel's headers; of the client's packet inside; of which packets come, and in which order;
// of fragments; of what is left to a device; of ICMP; of counters and whatever else was seen.
std::vector<Fault> tunnel_faults();
std::vector<Fault> inner_faults();
std::vector<Fault> delivery_faults();
std::vector<Fault> fragment_faults();
std::vector<Fault> offload_faults();
std::vector<Fault> told_faults();
std::vector<Fault> other_faults();

} // namespace gueway::matrix
