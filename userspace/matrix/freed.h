// SPDX-License-Identifier: GPL-2.0-only
// Who in the kernel frees a packet as a drop (skb:kfree_skb): the account of a loss that no counter
// tells.
#pragma once

#include "drops/drop_events.h"
#include "matrix/cell.h"
#include "matrix/counters.h"
#include "util/symbols.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gueway::matrix {

// A function that frees packets, and in which function the kernel's symbols have what it does: its
// own, or that of a caller which the compiler has made it a part of.
struct Freer {
    std::string_view function;
    std::span<const std::string_view> shows_as;
};
std::span<const Freer> freers();
// How many packets the function has freed, by what was seen (Freed::counts).
uint64_t freed_by(std::string_view function, const Counts& seen);

// Whether something that may be seen of the cell (variants()) is a loss of which no counter tells,
// so that its frees must be looked at. Depends on the cell alone, not on the kernel.
bool needs_frees(const Cell& cell);

//   counts  packets by function, without what the compiler puts behind its name; of everybody's
//           on this machine, the worker's for the fences too
//   why     there are none: nobody could look
struct Freed {
    std::optional<Counts> counts;
    std::string why;
};

// Made for the first cell that needs it. When something does not work, all that is asked later is
// told why. Move-only.
class FreeWatch {
public:
    void begin();
    Freed end();

private:
    struct Means {
        Symbols symbols;
        DropEvents events;
        Result<Counts> end();
    };
    Result<void> try_to_begin();
    std::optional<Means> means_;
    std::string why_; // it does not work
};

} // namespace gueway::matrix
