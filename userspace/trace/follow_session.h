// SPDX-License-Identifier: GPL-2.0-only
// One run of droptrace --follow: lines as packets go their way, and the counts at the end.
#pragma once

#include "trace/follower.h"
#include "trace/judgements.h"
#include "util/file.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

struct FollowSessionOptions {
    FollowerOptions follower;
    std::optional<std::chrono::nanoseconds> duration; // else until stopped
    bool headers = false;                             // draws where they are when they moved
    fs::path debuginfo;                  // for the source lines of drops; see find_debuginfo()
    bool exit_on_drop = false;           // ends after the first drop of a followed one
    Judge judge;                         // of drops that are no harmless frees; may be empty
    std::function<void(Step&)> complete; // adds to a step what it knows; may be empty
    std::function<Result<void>(const Hooked&)> ready;   // from here on no arrival goes unseen
    std::function<void(const std::string& line)> print; // a line of a step, without newline
};

struct FollowReport {
    FollowCounts counts{};
    uint64_t dropped = 0; // pieces, of those that events told of
    std::vector<Judgement> verdicts;
    std::vector<std::string> hooks; // as Attachment::text() has them
    std::vector<std::string> notes; // what could not be read
    double start_ms = 0, detach_ms = 0;
};

// Needs root. An Error leaves nothing attached.
Result<FollowReport> run_follow(const FollowSessionOptions& options, const std::atomic<bool>& stop);

// The counts, as the last lines of the text.
std::string text(const FollowReport& report);

} // namespace gueway
