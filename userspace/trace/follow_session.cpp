// SPDX-License-Identifier: GPL-2.0-only
#include "trace/follow_session.h"

#include "trace/header_drawing.h"
#include "trace/names.h"
#include "trace/step_text.h"

#include <fmt/format.h>

namespace gueway {

namespace {

using Clock = std::chrono::steady_clock;

// How often the ring is looked at when little comes.
constexpr auto look = std::chrono::milliseconds(50);

double milliseconds_since(Clock::time_point begin)
{
    return Milliseconds(Clock::now() - begin).count();
}

} // namespace

Result<FollowReport> run_follow(const FollowSessionOptions& options, const std::atomic<bool>& stop)
{
    const auto begin = Clock::now();
    const auto types = TRY(KernelTypes::load());
    auto follower = TRY(Follower::start(types, options.follower));
    FollowReport report{.start_ms = milliseconds_since(begin)};
    for (const auto& attachment : follower.hooked().attachments())
        report.hooks.push_back(attachment.text());
    if (options.ready) TRY(options.ready(follower.hooked()));

    const auto start = Clock::now();
    KernelNames names(options.debuginfo);
    StepDecoder decoder(names.names());
    StepText steps;
    HeaderDrawings drawings;
    Judgements judgements(options.judge);
    const auto print_below = [&](const std::vector<std::string>& lines) {
        for (const auto& line : lines) options.print("            " + line);
    };
    const auto take = [&](const follow_event& event) {
        if (options.exit_on_drop && report.dropped > 0) return; // of packets on their way meanwhile
        auto step = decoder.decode(event);
        if (options.complete) options.complete(step);
        report.dropped += step.kind == StepKind::dropped && harmless_because(step).empty();
        options.print(steps.line(step));
        if (options.headers) print_below(drawings.lines(step));
        print_below(stack_lines(step));
        if (const auto* judgement = options.judge ? judgements.add(step) : nullptr)
            print_below(lines(*judgement));
    };
    const auto over = [&] {
        return stop || (options.duration && Clock::now() - start >= *options.duration) ||
               (options.exit_on_drop && report.dropped > 0);
    };
    while (!over()) TRY(follower.poll(look, take));
    const auto end = Clock::now();
    report.counts = TRY(follower.stop(take));
    report.detach_ms = milliseconds_since(end);
    report.notes = names.notes();
    report.verdicts = judgements.all();
    return report;
}

std::string text(const FollowReport& report)
{
    const auto& totals = report.counts.totals;
    auto text =
        fmt::format("{} packets arrived, {} dropped; {} steps seen: {} told, {} lost (ring "
                    "full)\n",
                    totals.arrived, report.dropped, totals.seen, totals.emitted, totals.ring_full);
    if (totals.table_full)
        text += fmt::format("{} could not be followed (table full)\n", totals.table_full);
    if (totals.unread)
        text += fmt::format("{} arrivals were not compared with the filter\n", totals.unread);
    if (report.counts.missed)
        text += fmt::format("{} times the kernel skipped a program\n", report.counts.missed);
    for (const auto& one : report.verdicts)
        text += fmt::format("{} x {}\n", one.packets,
                            one.verdict.found() ? one.verdict.name : "no verdict");
    for (const auto& note : report.notes) text += note + "\n";
    return text;
}

} // namespace gueway
