// SPDX-License-Identifier: GPL-2.0-only
// Rows of scenarios on one stage: a director, two workers, GUE over IPv4 (topology/reference.h).
#pragma once

#include "scenario/scenario.h"

#include <span>
#include <string>

#include <gtest/gtest.h>

namespace gueway {

// Built when the first scenario asks for it, taken down behind the last test.
Stage& stage();

// Plays the rows, one after the other, in one test: the lab runs each test by itself, and the stage
// takes longer than a row. Fails for each whose verdict, or none, is not all that the rules find.
void play_all(std::span<const Scenario> rows);

// A request from the client to the VIP, of one connection unless told otherwise. It may go
// unanswered, and does not wait long.
HostCommand request(const std::string& more = "", const std::string& vip = "198.51.100.150:8000");
// One that must be answered, however busy the machine is.
HostCommand answered_request(const std::string& more = "",
                             const std::string& vip = "198.51.100.150:8000");

} // namespace gueway
