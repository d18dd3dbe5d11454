// SPDX-License-Identifier: GPL-2.0-only
// Carries a plan out: batched, read back, and taken back when the kernel refuses.
#pragma once

#include "config/config.h"
#include "director/director_plan.h"
#include "link/namespace.h"
#include "util/result.h"

#include <functional>

namespace gueway {

// Asked before anything is changed, and again when a later plan removes more than it was asked for;
// false gives up, and so does an Error.
using Approve = std::function<Result<bool>(const plan::Plan&)>;

//   approved  false: the user said no, nothing was changed
//   done      what was changed, step by step; empty when there was nothing to do
//   remarks   what the plan left alone
struct Applied {
    bool approved = true;
    plan::Plan done;
};

// Plans and carries out until the kernel has what the file says, in the calling thread's namespace.
// Another writer's changes meanwhile lead to a new plan, a bounded number of times; then it is
// EAGAIN, what was changed so far stays, and the Error says what is left to do. When the kernel
// refuses a change, or does not take an attribute, all that was changed is taken back, and the
// Error names the object, the refusal and what could not be taken back; ECANCELED when a later plan
// was declined. Without `approve` nobody is asked.
Result<Applied> apply(const Config& config, const PlanOptions& options,
                      const Approve& approve = {});

// What apply() would do; reads only, but for loading ip_vs.
Result<plan::Plan> plan_director(const Config& config, const PlanOptions& options);

// What is there, of the calling thread's namespace; a Config without sysctls and VIP device reads
// neither.
Result<State> look_at_director(const Config& config = {});

} // namespace gueway
