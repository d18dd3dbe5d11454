// SPDX-License-Identifier: GPL-2.0-only
// What came of a matrix: on a terminal, for a CI system, as a page.
#pragma once

#include "matrix/known_bugs.h"
#include "matrix/result.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// Cells by outcome.
struct Counts {
    std::array<uint64_t, 4> of{};
    void add(Outcome outcome) { ++of[static_cast<size_t>(outcome)]; }
    void add(const Counts& other);
    uint64_t operator[](Outcome outcome) const { return of[static_cast<size_t>(outcome)]; }
    uint64_t all() const { return of[0] + of[1] + of[2] + of[3]; }
    bool good() const { return (*this)[Outcome::passed] == all(); }
};
Counts count(const std::vector<CellResult>& cells);

// "6.1 stock"; of a path its last part.
std::string title(const KernelResult& kernel);

// Shapes that are told of together, and their counts on each kernel.
struct Shape {
    std::string tunnel, underlay, l4; // or "all", or "the rest"
    std::vector<Counts> counts;
};
enum class Detail : uint8_t {
    each, // what is not well by tunnel, underlay and L4
    brief // the same, but what is not well on any underlay together
};
// In the order of the tunnels; of each what is well comes last, in one.
std::vector<Shape> shapes(const MatrixResult& result, Detail detail);

// How many cells of each kernel look like a bug.
struct BugCount {
    std::string id;
    const KnownBug* bug = nullptr; // nothing is known of one with this id
    std::vector<uint64_t> cells;
};
// Those that struck anywhere.
std::vector<BugCount> bug_counts(const MatrixResult& result, std::span<const KnownBug> bugs);

std::string report_text(const MatrixResult& result, std::span<const KnownBug> bugs,
                        size_t width = 80);

// A test case for each cell on each kernel. A known bug is a failure with its id for a type, or,
// `allow_known`, a test that was skipped.
std::string junit_xml(const MatrixResult& result, std::span<const KnownBug> bugs,
                      bool allow_known = false);

// `command` is what makes it again.
std::string report_page(const MatrixResult& result, std::span<const KnownBug> bugs,
                        const std::string& command);

} // namespace gueway::matrix
