// SPDX-License-Identifier: GPL-2.0-only
// From what a director is to what its file says: pure, nothing here asks a kernel.
#pragma once

#include "config/config.h"
#include "director/fou_interface.h"
#include "director/state.h"
#include "ipvs/difference.h"
#include "plan/plan.h"

#include <string>
#include <vector>

namespace gueway {

// Whose the rest is. A weight that differs from the file is runtime state (a drain, a health
// checker), and a service that the file does not have may be another program's.
//   prune    remove the services that the file does not have, with their VIPs
//   weights  set the file's weights
struct PlanOptions {
    bool prune = false;
    bool weights = false;
};

struct SysctlChange {
    std::string name, from, to;
};

// What to do, in the order in which apply does it: modules, sysctls, FOU interfaces, IPVS's
// additions and edits, VIPs; then removals: of workers, VIPs, services and FOU interfaces.
//   add_vip_device     a dummy device; set_up: it, or the one that is there, is down
//   shown              the same for readers, with notes of what is left alone
struct DirectorPlan {
    std::vector<std::string> modules;
    std::vector<SysctlChange> sysctls;
    std::vector<FouInterfaceStep> fou_interfaces;
    ipvs::Difference services;
    std::string vip_device;
    bool add_vip_device = false, set_up = false;
    std::vector<Prefix> add_vips, remove_vips;
    plan::Plan shown;

    bool empty() const { return shown.empty(); }
};

// Fails when the Config wants FOU interfaces that cannot be.
Result<DirectorPlan> make_plan(const Config& config, const State& state,
                               const PlanOptions& options = {});

} // namespace gueway
