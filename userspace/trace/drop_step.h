// SPDX-License-Identifier: GPL-2.0-only
// A drop of a packet that was not followed, as the last step of one that was: for the rules, which
// look at steps.
#pragma once

#include "bpf/drop.h"
#include "trace/step.h"

namespace gueway {

// Without source lines. `packet` and `piece` are 0: it is of no followed packet.
Step drop_step(const drop_event& event, const DropNames& names);

} // namespace gueway
