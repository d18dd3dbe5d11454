// SPDX-License-Identifier: GPL-2.0-only
#include "trace/session.h"

#include "probe/privileges.h"
#include "trace/drop_step.h"
#include "trace/hook_notes.h"
#include "trace/names.h"
#include "trace/run_time.h"
#include "trace/tally.h"
#include "util/module.h"

namespace gueway {

namespace {

bool reached(const SessionOptions& options, RunClock::time_point start, Tally& tally)
{
    if (options.duration && RunClock::now() - start >= *options.duration) return true;
    return options.count && tally.drops() >= *options.count;
}

} // namespace

Result<DropReport> run_session(const SessionOptions& options, const std::atomic<bool>& stop)
{
    const auto begin = RunClock::now();
    TRY(check_tracing(TypesOf::kernel));
    DropReport report{.kernel = kernel_release(), .notes = missing_privileges()};
    auto collector = TRY(Collector::start(options.collector));
    const auto start = RunClock::now();
    report.start_ms = milliseconds_since(begin);
    for (const auto& attachment : collector.hooked().attachments())
        report.hooks.push_back(attachment.text());
    KernelNames names(options.debuginfo, options.collector.btf);
    names.read_ahead();
    if (options.ready) TRY(options.ready(collector));
    if (options.confine) TRY(options.confine());
    const auto called = names.names();
    Tally tally(called, static_cast<uint64_t>(start.time_since_epoch().count()));
    if (options.judge) tally.judge_by([&](const Step& step) { return options.judge({&step}); });
    Result<void> told; // the first failure
    const auto take = [&](const drop_event& event) {
        auto step = drop_step(event, called);
        const auto* verdict = tally.add(event, step);
        if (!options.drop || !told) return;
        step.source = called.source(*step.place);
        told = options.drop(step, verdict);
    };
    while (!stop && !reached(options, start, tally)) {
        TRY(collector.poll(run_look, take));
        TRY(std::exchange(told, {}));
        if (options.flush) TRY(options.flush());
    }
    const auto end = RunClock::now();
    report.seconds = std::chrono::duration<double>(end - start).count();
    const auto counts = TRY(collector.stop(take));
    report.detach_ms = milliseconds_since(end);
    TRY(std::move(told));
    if (options.flush) TRY(options.flush());
    tally.finish(counts, report);
    report.reasons_given = names.reasons_given();
    for (const auto& notes : {refused_hooks(collector.hooked().attachments()), names.notes()})
        report.notes.insert(report.notes.end(), notes.begin(), notes.end());
    return report;
}

} // namespace gueway
