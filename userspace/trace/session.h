// SPDX-License-Identifier: GPL-2.0-only
// One run of droptrace: from attaching to the report.
#pragma once

#include "trace/collector.h"
#include "trace/judgements.h"
#include "trace/report.h"
#include "trace/tally.h"
#include "util/file.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>

namespace gueway {

struct SessionOptions {
    CollectorOptions collector;
    std::optional<std::chrono::nanoseconds> duration; // else until stopped
    std::optional<uint64_t> count; // ends after as many drops, harmless ones apart
    fs::path debuginfo;            // see SourceLines::open; empty: look for it
    Judge judge;                   // of drops that are no harmless frees; may be empty
    // Called when everything is attached, so that from here on no drop goes unseen, and the names
    // are read, so that drops can be looked at while they happen.
    std::function<Result<void>(const Collector&)> ready;
    // Called when nothing that takes privileges is left to be done but to judge: may drop them.
    std::function<Result<void>()> confine;
    // Called with each drop, and its verdict when it was judged (only the first of each group are),
    // and when there are none for the moment; an Error ends the run.
    std::function<Result<void>(const Step& drop, const Verdict* verdict)> drop;
    std::function<Result<void>()> flush;
};

// Runs until one of the limits is reached, or `stop` is true; a signal handler may set it. Needs
// root. An Error leaves nothing attached.
Result<DropReport> run_session(const SessionOptions& options, const std::atomic<bool>& stop);

} // namespace gueway
