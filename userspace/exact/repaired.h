// SPDX-License-Identifier: GPL-2.0-only
// What packets cost a director whose kernel has the bug, with a repair, against one whose kernel
// has not: the same source, built twice.
#pragma once

#include "exact/bars.h"
#include "exact/figures.h"
#include "report/table.h"

namespace gueway::exact {

// What a repair adds to a packet.
//   before_device  without the stage "device", where a packet is cut: of that the least is the
//                  repair's, and where the kernel's objects lie moves it by more
struct RepairCost {
    double all = 0, before_device = 0;
};
// Nothing where one of the two is not there or failed.
std::optional<RepairCost> repair_cost(const Figures& figures, const std::string& repair,
                                      const WayName& way);

// Ways and sizes down; the patched kernel's figure, and what each repair adds.
Table repaired_table(const Figures& figures);
// For each repair what it adds before the device; at most two.
std::vector<Bars> repaired_bars(const Figures& figures);

} // namespace gueway::exact
