// SPDX-License-Identifier: GPL-2.0-only
// The options that say which cells, shared by matrix and cells.
#pragma once

#include "matrix/select.h"
#include "tools/cli_fwd.h"

#include <string>
#include <vector>

namespace gueway {

struct SelectionOptions {
    bool full = false;
    std::string shard;
    uint64_t seed = 1;
    std::vector<std::string> cells;

    void declare(CLI::App& command);
    Result<matrix::Wanted> wanted(const matrix::Abilities& abilities) const;
    // The same for another gsobench's command line.
    std::vector<std::string> words(const matrix::Abilities& abilities) const;
};

// What says what the kernel lacks, to a person's gsobench and to the one in a guest.
struct LackOptions {
    bool no_wire = false, no_udp_gso = false, no_tcp_lists = false, no_sctp = false;

    void declare(CLI::App& command);
    matrix::Abilities without(matrix::Abilities abilities) const;
};

// "4385 cells on 1 kernel, about 52 s for each on an idle machine of two processors": as fast as
// they were on the machine that Documentation/gsobench.md tells of.
std::string estimate(size_t cells, size_t kernels);
// Of the kernel that runs nobody knows how fast it is; guests of one are slower.
std::string estimate_here(size_t cells);

} // namespace gueway
