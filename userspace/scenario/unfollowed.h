// SPDX-License-Identifier: GPL-2.0-only
// A scenario as droptrace sees it without --follow: its drops by place, judged by the drop alone.
#pragma once

#include "scenario/scenario.h"
#include "trace/report.h"

namespace gueway {

// Plays the scenario while the drops of the host are counted. Errors are those of Stage::play and
// of run_session.
Result<DropReport> play_unfollowed(Stage& stage, const Scenario& scenario);

} // namespace gueway
