// SPDX-License-Identifier: GPL-2.0-only
// The rules at work on this host.
#pragma once

#include "trace/journey.h"
#include "trace/verdict.h"
#include "verdict/state.h"

#include <vector>

namespace gueway {

// Asks the namespaces of this host when rules need it. One thread.
class HostJudge {
public:
    // The steps that led to a drop, which is the last of them.
    Verdict judge(const std::vector<const Step*>& way);
    // Adds the connection to a step of IPVS whose own structures could not be read.
    void complete(Step& step);
    // To be called now and then: see States::release_unused().
    void rest() { states_.release_unused(); }

private:
    States states_;
    bool structures_read_ = false; // IPVS's own, of some packet
};

} // namespace gueway
