// SPDX-License-Identifier: GPL-2.0-only
// Rows of scenarios on one stage: a director, two workers, GUE over IPv4 (topology/reference.h).
#pragma once

#include "scenario/scenario.h"

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gueway {

// Built when the first scenario asks for it, taken down behind the last test.
Stage& stage();

// Fails unless the scenario's verdict, or none, is all that the rules find. Prints the verdicts.
void play(const Scenario& scenario);

// A request from the client to the VIP, of one connection unless told otherwise.
HostCommand request(const std::string& more = "", const std::string& vip = "198.51.100.150:8000");

inline void PrintTo(const Scenario& scenario, std::ostream* to)
{
    *to << scenario.name << ": " << scenario.about;
}

// Each row is a test, called by its name.
template <size_t N>
auto all_of(const Scenario (&rows)[N])
{
    return testing::ValuesIn(rows);
}
inline std::string name_of(const testing::TestParamInfo<Scenario>& info)
{
    return info.param.name;
}

} // namespace gueway
