// SPDX-License-Identifier: GPL-2.0-only
// What a director has, for people and as JSON.
#pragma once

#include "director/state.h"
#include "util/json_fwd.h"

#include <string>

namespace gueway {

// A line for each service and below it one for each worker, with connections as IPVS counts them.
std::string show_text(const State& state);

// "gueway.director/1": {schema, services: [{service, scheduler, flags, persistence, workers:
// [{worker, forward, weight, upper_threshold, lower_threshold, active, inactive, persistent,
// connections, in_packets, in_bytes}]}], fou_interfaces: [{device, tunnel, private}]}
inline constexpr const char* director_schema = "gueway.director/1";
Json show_json(const State& state);

} // namespace gueway
