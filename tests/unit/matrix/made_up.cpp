// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/made_up.h"

#include "matrix/axes.h"

namespace gueway::matrix {

namespace {

bool never(const Cell&)
{
    return false;
}

KernelResult kernel(const char* ip_vs, std::vector<CellResult> cells)
{
    return {.kernel = "/home/me/6.1",
            .ip_vs = ip_vs,
            .release = "6.1.0-9",
            .version = "#1",
            .seconds = 2,
            .excluded = {{"no-module", 3}},
            .cells = std::move(cells)};
}

} // namespace

const std::array<KnownBug, 1> made_up_bugs = {
    KnownBug{"B1", "it is lost <at times>", "abc123 net: do not lose it", "6.4, 6.1.36", never,
             [](const Cell&, Look&) { return false; }}};

CellResult result(const char* cell, Outcome outcome)
{
    CellResult made{.cell = *parse_cell(cell), .outcome = outcome};
    if (outcome == Outcome::passed) return made;
    made.complaints = {"segment 2 is missing & gone", "only 1 came"};
    made.expected = {{"worker", "1500 bytes", {0x45, 0x00, 0x06}}};
    made.seen = {{"worker", "IPv4 1499", {0x45, 0x00, 0x05}}};
    made.accounts = {"d1 tx_dropped 1"};
    if (outcome == Outcome::known) made.bugs = {"B1"};
    return made;
}

MatrixResult made_up()
{
    using enum Outcome;
    return {.seed = 1,
            .selection = "default",
            .kernels = {kernel("stock", {result(udp, passed), result(tcp, passed),
                                         result(wire, passed), result(ipip, passed)}),
                        kernel("vulnerable", {result(udp, passed), result(tcp, known),
                                              result(wire, failed), result(ipip, passed)})}};
}

MatrixResult good()
{
    auto matrix = made_up();
    matrix.kernels.pop_back();
    return matrix;
}

MatrixResult with_a_death()
{
    auto matrix = good();
    matrix.kernels[0].deaths = {{.cell = *parse_cell(udp), .why = "BUG: <gone>", .splats = {}}};
    matrix.kernels[0].stopped = "no rig";
    return matrix;
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace gueway::matrix
