// SPDX-License-Identifier: GPL-2.0-only
// What came of a matrix: cells on kernels.
#pragma once

#include "matrix/cell.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gueway::matrix {

//   passed   everything was as the oracle says
//   known    it was not, and is exactly what bugs with a name make of it
//   failed   it was not, and nobody knows why, or not all of it
//   lost     the kernel did not live to tell
enum class Outcome : uint8_t { passed, known, failed, lost };
std::string_view name(Outcome outcome);

// Bytes of a packet that are side by side.
struct Stretch {
    size_t at = 0, size = 0;
    bool operator==(const Stretch&) const = default;
};

// A packet as it was captured, from its IP header on, or what should have been.
//   where  "worker", "client"
//   text   one line: "IPv4 1500 GUE | IPv4 1468 TCP seq 0+1416"
//   bytes  the beginning; of what was expected, where it tells something
//   any    of what was expected: those that may be any, which are then as they came; zero where
//          nothing came in its place
struct Packet {
    std::string where, text;
    std::vector<uint8_t> bytes;
    std::vector<Stretch> any;
};

//   complaints        what was wrong, in words, the most telling first; empty when passed
//   bugs              ids in known_bugs.h: of known, of those that it is; of failed, of those that
//                     explain what is not in the complaints
//   expected, seen    kept of what did not pass
//   accounts          counters that moved: "d1 tx_dropped 1"
struct CellResult {
    Cell cell;
    Outcome outcome = Outcome::passed;
    std::vector<std::string> complaints, bugs;
    std::vector<Packet> expected, seen;
    std::vector<std::string> accounts;
};
// Something was wrong that is not only a bug with a name, whatever it looked like. Comes before
// what the cell itself has found.
void fail(CellResult& result, const std::vector<std::string>& complaints);

// A guest that died before its cells were done, or that did not end as it should behind them.
//   cell    against which it counts: the first without a result, or the one that was done last
//   when    which of the two
//   why     the kernel's first complaint, or how the guest ended
//   splats  what its kernel complained of, and no cell told
struct Death {
    enum class When : uint8_t { during, after };
    Cell cell;
    When when = When::during;
    std::string why;
    std::vector<std::string> splats;
};
std::string_view name(Death::When when);
// "during gue/in4/out4/tcp/fits/whole: Kernel panic ..."
std::string text(const Death& death);

//   kernel    as it was asked for: "6.1", or a path
//   ip_vs     "stock", "vulnerable", "patched"
//   release, version  as uname tells
//   gsobench  which build of it judged the cells: its SHA-256; empty: it is not known
//   label     what reports call it beside others of the same name (set_labels()); not in files
//   seconds   of the cells alone, and of this run
//   earlier   how many of the cells an earlier run had done (--resume)
//   excluded  how many cells each rule left out, of all combinations that were asked for
//   boot      what it complained of before its first cell, each line once
//   deaths    of guests
//   stopped   why it ended before all cells were done; empty: it did not
//   cells     in the order in which they ran
struct KernelResult {
    std::string kernel, ip_vs, release, version, gsobench, label;
    double seconds = 0;
    uint64_t earlier = 0;
    std::map<std::string, uint64_t> excluded;
    std::vector<std::string> boot;
    std::vector<Death> deaths;
    std::string stopped;
    std::vector<CellResult> cells;
};

struct MatrixResult {
    uint64_t seed = 0;
    std::string selection; // "default", "full", "full, shard 2/8", or the name of a cell
    std::vector<KernelResult> kernels;
};

} // namespace gueway::matrix
