// SPDX-License-Identifier: GPL-2.0-only
// One run of droptrace --follow: steps as packets go their way, and the counts at the end.
#pragma once

#include "trace/follower.h"
#include "trace/judgements.h"
#include "trace/step.h"
#include "util/file.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

struct FollowBegin {
    std::string kernel; // release
    std::string filter; // the expression
    std::string about;  // what it is about: "arrived", "inner", "outer"
    // The same moment on two clocks: steps have the monotonic one.
    uint64_t unix_ns = 0, monotonic_ns = 0;
    double start_ms = 0;
    std::vector<std::string> hooks; // as Attachment::text() has them
};

struct FollowReport {
    FollowCounts counts{};
    uint64_t dropped = 0; // pieces, of those that events told of; harmless frees apart
    double seconds = 0;   // between attaching and detaching
    double detach_ms = 0;
    std::vector<Judgement> verdicts;
    uint64_t other_verdicts = 0;    // drops whose verdicts found no room in the list
    std::string hooked;             // as hooked_text() has it
    std::vector<std::string> notes; // what is missing or could not be read, and what that costs
};

// Where a run goes: text, JSON, pcapng. An Error ends the run.
class FollowSink {
public:
    FollowSink() = default;
    FollowSink(const FollowSink&) = delete;
    FollowSink& operator=(const FollowSink&) = delete;
    virtual ~FollowSink() = default;

    virtual Result<void> begin(const FollowBegin& begin) = 0;
    // `judgement`: of a drop that was judged, else NULL. Valid during the call.
    virtual Result<void> step(const Step& step, const Judgement* judgement) = 0;
    virtual Result<void> flush() = 0; // now and then: somebody may be looking
    virtual Result<void> end(const FollowReport& report) = 0;
};

struct FollowSessionOptions {
    FollowerOptions follower;
    std::optional<std::chrono::nanoseconds> duration; // else until stopped
    bool exit_on_drop = false;                        // ends after the first drop of a followed one
    fs::path debuginfo;                  // for the source lines of drops; see find_debuginfo()
    Judge judge;                         // of drops that are no harmless frees; may be empty
    std::function<void(Step&)> complete; // adds to a step what it knows; may be empty
    // Called when no arrival goes unseen any more. Names are read after it, which takes as long as
    // attaching; the ring keeps the events meanwhile.
    std::function<Result<void>(const Hooked&)> ready;
    // Called when nothing that takes privileges is left to be done but to judge: may drop them.
    std::function<Result<void>()> confine;
    std::function<void()> rest;     // called now and then; may be empty
    std::vector<FollowSink*> sinks; // they stay the caller's
};

// Needs root. An Error leaves nothing attached.
Result<void> run_follow(const FollowSessionOptions& options, const std::atomic<bool>& stop);

// The counts, as the last lines of the text.
std::string text(const FollowReport& report);

} // namespace gueway
