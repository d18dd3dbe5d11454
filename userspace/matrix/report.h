// SPDX-License-Identifier: GPL-2.0-only
// What came of a matrix: on a terminal, for a CI system, as a page.
#pragma once

#include "matrix/baseline.h"
#include "matrix/known_bugs.h"
#include "matrix/result.h"
#include "matrix/title.h"
#include "util/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// Cells by outcome, and the bugs that they look like.
struct Counts {
    std::array<uint64_t, 4> of{};
    std::set<std::string> bugs;
    void add(const CellResult& cell);
    void add(const Counts& other);
    uint64_t operator[](Outcome outcome) const { return of[static_cast<size_t>(outcome)]; }
    uint64_t all() const { return of[0] + of[1] + of[2] + of[3]; }
    bool good() const { return (*this)[Outcome::passed] == all(); }
};
Counts count(const std::vector<CellResult>& cells);

// Shapes that are told of together, and their counts on each kernel. What happens beside the packet
// stands with its L4: "udp+router".
struct Shape {
    std::string tunnel, underlay, l4; // or "all", or "the rest"
    std::vector<Counts> counts;
};
enum class Detail : uint8_t {
    each, // what is not well by tunnel, underlay and L4
    brief // the same, but what is not well on any underlay together
};
std::string l4_and_event(const Cell& cell);
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

// How many combinations a rule left out on each kernel; nothing: there was no such rule for it.
struct Excluded {
    std::string rule;
    std::vector<std::optional<uint64_t>> combinations;
};
std::vector<Excluded> excluded(const MatrixResult& result);

// Of each kernel the cells in which something happens beside the packet.
std::vector<Counts> event_counts(const MatrixResult& result);

std::string report_text(const MatrixResult& result, std::span<const KnownBug> bugs,
                        size_t width = 80);

// A test case for each cell on each kernel. A known bug is a failure with its id for a type, or,
// `allow_known`, a test that was skipped. With a baseline what is as in it passed or was skipped,
// and all that changed is a failure of type "worse" or "better"; what `changes` from it are of no
// cell that was run is of type "left-out" or "nothing-compared".
struct JunitOptions {
    bool allow_known = false;
    const Baseline* baseline = nullptr;
    const Changes* changes = nullptr;
};
std::string junit_xml(const MatrixResult& result, std::span<const KnownBug> bugs,
                      const JunitOptions& options = {});

// Tables for a document in Markdown: kernels, bugs by kernel, what is unexplained, what was left
// out. `command` is what makes them again.
std::string report_markdown(const MatrixResult& result, std::span<const KnownBug> bugs,
                            const std::string& command);

// `command` is what makes it again; `changes` against a baseline, if there was one.
std::string report_page(const MatrixResult& result, std::span<const KnownBug> bugs,
                        const std::string& command, const Changes* changes = nullptr);

} // namespace gueway::matrix
