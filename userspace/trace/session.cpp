// SPDX-License-Identifier: GPL-2.0-only
#include "trace/session.h"

#include "probe/privileges.h"
#include "trace/drop_step.h"
#include "trace/names.h"
#include "trace/tally.h"

namespace gueway {

namespace {

using Clock = std::chrono::steady_clock; // CLOCK_MONOTONIC, as the events' times

// How often the ring is looked at when little comes, and a limit noticed.
constexpr auto look = std::chrono::milliseconds(50);

double milliseconds_since(Clock::time_point begin)
{
    return Milliseconds(Clock::now() - begin).count();
}

bool reached(const SessionOptions& options, Clock::time_point start, Tally& tally)
{
    if (options.duration && Clock::now() - start >= *options.duration) return true;
    return options.count && tally.drops() >= *options.count;
}

} // namespace

Result<DropReport> run_session(const SessionOptions& options, const std::atomic<bool>& stop)
{
    const auto begin = Clock::now();
    TRY(check_tracing(TypesOf::kernel));
    const auto lacks = missing_privileges();
    DropReport report{.kernel = kernel_release()};
    auto collector = TRY(Collector::start(options.collector));
    const auto start = Clock::now();
    report.start_ms = milliseconds_since(begin);
    for (const auto& attachment : collector.hooked().attachments())
        report.hooks.push_back(attachment.text());
    if (options.ready) TRY(options.ready(collector));

    KernelNames names(options.debuginfo, options.collector.btf);
    if (options.confine) {
        names.read_ahead();
        TRY(options.confine());
    }
    const auto called = names.names();
    Tally tally(called, static_cast<uint64_t>(start.time_since_epoch().count()));
    if (options.judge)
        tally.judge_by([&](const drop_event& event) {
            const auto step = drop_step(event, called);
            return options.judge({&step});
        });
    Result<void> told; // the first failure
    const auto take = [&](const drop_event& event) {
        tally.add(event);
        if (options.drop && told) told = options.drop(event, called);
    };
    while (!stop && !reached(options, start, tally)) {
        TRY(collector.poll(look, take));
        TRY(std::exchange(told, {}));
        if (options.flush) TRY(options.flush());
    }
    const auto end = Clock::now();
    report.seconds = std::chrono::duration<double>(end - start).count();
    const auto counts = TRY(collector.stop(take));
    report.detach_ms = milliseconds_since(end);
    TRY(std::move(told));
    if (options.flush) TRY(options.flush());
    tally.finish(counts, report);
    report.reasons_given = names.reasons_given();
    report.notes = lacks;
    for (const auto& note : names.notes()) report.notes.push_back(note);
    return report;
}

} // namespace gueway
