// SPDX-License-Identifier: GPL-2.0-only
// The steps of one plan, and back.
#pragma once

#include "director/director_plan.h"
#include "ipvs/client.h"
#include "link/namespace.h"

#include <functional>
#include <string>
#include <vector>

namespace gueway {

// Changes what the plan says. Remembers how to undo it, across plans: one Execution lives as long
// as one apply.
class Execution {
public:
    Execution(const Namespace& where, ipvs::Client& client) : where_(where), client_(client) {}

    // conflict: somebody else changed an object meanwhile, so that a step had no object any more or
    // found it made already; a new plan can go on. An Error is a refusal that a new plan would meet
    // again.
    enum class Outcome { done, conflict };
    Result<Outcome> carry_out(const DirectorPlan& plan, const State& before);

    // Takes back what was carried out, last things first, as far as the objects are concerned that
    // were changed: others may have been changed by somebody else. Tries everything, and returns
    // what could not be taken back.
    std::vector<Error> take_back();
    bool changed() const { return !undo_.empty(); }

private:
    using Undo = std::function<Result<void>()>;

    Result<void> prepare(const DirectorPlan& plan);
    Result<void> set_up_vips(const DirectorPlan& plan);
    Result<void> remove_vips(const DirectorPlan& plan);
    Result<void> change_sysctl(const SysctlChange& change);
    Result<void> change_fou_interface(const FouInterfaceStep& step);
    Result<void> remove_fou_interfaces(const DirectorPlan& plan);
    Result<Outcome> commit(const std::vector<ipvs::Step>& steps);
    Result<Outcome> add_and_edit(ipvs::Difference services);
    Result<void> restore(const ipvs::Difference& difference,
                         const std::vector<ipvs::ServiceState>& before);

    const Namespace& where_;
    ipvs::Client& client_;
    std::vector<Undo> undo_;
};

// The services of a Difference as they were before it, given as they are now: only what the
// Difference changes goes back, workers and services that it does not name stay as they are now.
// Pure; the parts of restore().
struct Restoration {
    std::vector<ipvs::ServiceState> wanted, present;
};
Restoration restoration(const ipvs::Difference& difference,
                        const std::vector<ipvs::ServiceState>& before,
                        const std::vector<ipvs::ServiceState>& now);

} // namespace gueway
