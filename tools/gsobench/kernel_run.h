// SPDX-License-Identifier: GPL-2.0-only
// The cells of a selection on one kernel, in guests.
#pragma once

#include "lab/variant.h"
#include "matrix/result.h"
#include "matrix/select.h"

#include <string>
#include <vector>

namespace gueway {

// "6.1", "6.1:vulnerable", or a path.
struct KernelChoice {
    std::string kernel;
    Variant ip_vs = Variant::stock;
};
Result<KernelChoice> parse_choice(const std::string& text);
std::string text(const KernelChoice& choice);  // "6.1 stock"
std::string title(const KernelChoice& choice); // the same, of a path its last part

// Modules of ours can be built for a catalogue kernel with headers in the archive; its modules tell
// of SCTP (has_sctp()); the rest follows from its release. Fetches a kernel that is not there yet.
Result<matrix::Abilities> abilities_of(const KernelChoice& choice);

// What a gsobench says to the one in a guest that is to bring the packets.
inline constexpr const char* packets_option = "--packets";

//   words    for the guest's own gsobench: what the selection was made from
//   kernel_words  more for the kernel's command line
//   guests   at once
//   resume   directory that keeps what was done; empty: nothing does
//   pcapng   file for all packets; empty: none
struct KernelRun {
    KernelChoice choice;
    matrix::Wanted wanted;
    std::vector<std::string> words, kernel_words;
    unsigned guests = 2;
    std::string resume, pcapng;
    bool verbose = false;
};

// A guest that dies costs the cell that killed it, and the rest goes on in another. What ends a run
// early is in the result, beside the cells that were done; an Error means that none began.
Result<matrix::KernelResult> run_kernel(const KernelRun& run, const matrix::Selection& selection);

} // namespace gueway
