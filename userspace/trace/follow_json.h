// SPDX-License-Identifier: GPL-2.0-only
// gueway.follow/1, Documentation/droptrace.md: one object a line, so that it can be read while
// packets are followed.
#pragma once

#include "trace/follow_session.h"
#include "trace/step.h"
#include "util/json_fwd.h"

namespace gueway {

Json to_json(const FollowBegin& begin);
Json to_json(const Step& step);
Json to_json(const Judgement& judgement, const Step& drop);
Json to_json(const FollowReport& report);

} // namespace gueway
