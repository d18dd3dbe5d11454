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

// A test for each row of `rows`, called by its name.
#define PLAY_ALL(family, rows)                                                                     \
    class family : public testing::TestWithParam<Scenario> {};                                     \
    TEST_P(family, IsJudged)                                                                       \
    {                                                                                              \
        play(GetParam());                                                                          \
    }                                                                                              \
    INSTANTIATE_TEST_SUITE_P(Verdict, family, testing::ValuesIn(rows),                             \
                             [](const auto& info) { return info.param.name; })

} // namespace gueway
