// SPDX-License-Identifier: GPL-2.0-only
// Differences of IPVS in words.
#pragma once

#include "config/config.h"
#include "ipvs/difference.h"
#include "plan/plan.h"

namespace gueway {

// Steps and notes of every service that differs, each under "service KEY". Workers have their names
// of the file, where they have one.
void describe(const ipvs::Difference& difference, const Config& config, plan::Plan& plan);

// "weight", "encapsulation" and so on, of a worker and of a service.
std::vector<plan::Difference> attributes(const ipvs::Destination& from,
                                         const ipvs::Destination& to);
std::vector<plan::Difference> attributes(const ipvs::Service& from, const ipvs::Service& to);

// "gue:5501", "direct".
std::string forward_text(const ipvs::Destination& destination);
// "300 s", "300 s mask 24"; empty without.
std::string persistence_text(const ipvs::Service& service);

} // namespace gueway
