// SPDX-License-Identifier: GPL-2.0-only
#include "trace/session.h"

#include "trace/drop_step.h"
#include "trace/names.h"
#include "trace/tally.h"

#include <sys/utsname.h>

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

std::string kernel_release()
{
    utsname names{};
    ::uname(&names);
    return names.release;
}

} // namespace

Result<DropReport> run_session(const SessionOptions& options, const std::atomic<bool>& stop)
{
    const auto begin = Clock::now();
    DropReport report{.kernel = kernel_release()};
    auto collector = TRY(Collector::start(options.collector));
    const auto start = Clock::now();
    report.start_ms = milliseconds_since(begin);
    for (const auto& attachment : collector.hooked().attachments())
        report.hooks.push_back(attachment.text());
    if (options.ready) TRY(options.ready(collector));

    KernelNames names(options.debuginfo);
    Tally tally(names.names(), static_cast<uint64_t>(start.time_since_epoch().count()));
    const auto known = names.names();
    if (options.judge)
        tally.judge_by([&](const drop_event& event) {
            const auto step = drop_step(event, known);
            return options.judge({&step});
        });
    const auto take = [&](const drop_event& event) { tally.add(event); };
    while (!stop && !reached(options, start, tally)) TRY(collector.poll(look, take));
    const auto end = Clock::now();
    report.seconds = std::chrono::duration<double>(end - start).count();
    const auto counts = TRY(collector.stop(take));
    report.detach_ms = milliseconds_since(end);
    tally.finish(counts, report);
    report.reasons_given = names.reasons_given();
    report.notes = names.notes();
    return report;
}

} // namespace gueway
