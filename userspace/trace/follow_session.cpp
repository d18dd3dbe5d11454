// SPDX-License-Identifier: GPL-2.0-only
#include "trace/follow_session.h"

#include "probe/privileges.h"
#include "trace/hook_notes.h"
#include "trace/names.h"
#include "trace/run_time.h"
#include "util/module.h"

#include <fmt/format.h>

namespace gueway {

namespace {

uint64_t nanoseconds(auto time)
{
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

std::string about(filter_subject subject)
{
    return subject == FILTER_INNER ? "inner" : subject == FILTER_OUTER ? "outer" : "arrived";
}

// Times are those of when following began, so that no step is older.
FollowBegin begin_of(const FollowSessionOptions& options, const Follower& follower)
{
    const auto since = RunClock::now() - follower.began();
    FollowBegin begin{.kernel = kernel_release(),
                      .filter = options.follower.expression,
                      .about = about(options.follower.subject),
                      .unix_ns = nanoseconds(std::chrono::system_clock::now() - since),
                      .monotonic_ns = nanoseconds(follower.began())};
    for (const auto& attachment : follower.hooked().attachments())
        begin.hooks.push_back(attachment.text());
    return begin;
}

// A run between attaching and detaching.
class Run {
public:
    explicit Run(const FollowSessionOptions& options)
        : options_(options), names_(options.debuginfo), judgements_(options.judge)
    {}

    Result<void> go(Follower& follower, const std::atomic<bool>& stop)
    {
        const auto start = RunClock::now();
        const auto take = [this](const follow_event& event) { this->take(event); };
        const auto over = [&] {
            return stop || (options_.duration && RunClock::now() - start >= *options_.duration) ||
                   (options_.exit_on_drop && report_.dropped > 0);
        };
        while (!over()) {
            TRY(follower.poll(run_look, take));
            TRY(std::exchange(told_, {}));
            TRY(each([](FollowSink& sink) { return sink.flush(); }));
            if (options_.rest) options_.rest();
        }
        const auto end = RunClock::now();
        report_.seconds = std::chrono::duration<double>(end - start).count();
        report_.counts = TRY(follower.stop(take));
        report_.counts.not_shown += after_drop_;
        report_.detach_ms = milliseconds_since(end);
        TRY(std::move(told_));
        for (const auto& note : names_.notes()) report_.notes.push_back(note);
        report_.verdicts = judgements_.all();
        report_.other_verdicts = judgements_.others();
        return each([this](FollowSink& sink) { return sink.end(report_); });
    }

    // Reads what takes privileges, or time: drops are to be looked at while they happen.
    void prepare(const Hooked& hooked)
    {
        report_.hooked = hooked_text(hooked.attachments());
        for (const auto& notes : {missing_privileges(), refused_hooks(hooked.attachments())})
            report_.notes.insert(report_.notes.end(), notes.begin(), notes.end());
        names_.read_ahead();
    }

    template <class F>
    Result<void> each(F tell) const
    {
        for (auto* sink : options_.sinks) TRY(tell(*sink));
        return {};
    }

private:
    void take(const follow_event& event)
    {
        // Those of packets that were on their way meanwhile.
        if (options_.exit_on_drop && report_.dropped > 0) {
            ++after_drop_;
            return;
        }
        auto step = decoder_.decode(event);
        if (options_.complete) options_.complete(step);
        report_.dropped += step.loses();
        const auto* judgement = options_.judge ? judgements_.add(step) : nullptr;
        if (told_) told_ = each([&](FollowSink& sink) { return sink.step(step, judgement); });
    }

    const FollowSessionOptions& options_;
    FollowReport report_;
    KernelNames names_;
    StepDecoder decoder_{names_.names()};
    Judgements judgements_;
    uint64_t after_drop_ = 0; // events that came too late to be shown
    Result<void> told_;       // the first failure
};

} // namespace

Result<void> run_follow(const FollowSessionOptions& options, const std::atomic<bool>& stop)
{
    const auto start = RunClock::now();
    TRY(check_tracing(TypesOf::modules));
    const auto types = TRY(KernelTypes::load());
    auto follower = TRY(Follower::start(types, options.follower));
    auto begin = begin_of(options, follower);
    begin.start_ms = milliseconds_since(start);
    Run run(options);
    TRY(run.each([&](FollowSink& sink) { return sink.begin(begin); }));
    if (options.ready) TRY(options.ready(follower.hooked()));
    run.prepare(follower.hooked());
    if (options.confine) TRY(options.confine());
    return run.go(follower, stop);
}

std::string text(const FollowReport& report)
{
    const auto& [totals, missed, not_shown, still_followed] = report.counts;
    auto text = fmt::format(
        "{} packets arrived, {} dropped; {} could not be followed (table full), {} segments (too "
        "many of one packet); {} arrivals were not compared with the filter; {} buffers were still "
        "followed at the end\n"
        "{} steps seen: {} told, {} lost (ring full), {} not shown (left at the end); {} times the "
        "kernel skipped a program\n",
        totals.arrived, report.dropped, totals.table_full, totals.segments_left, totals.unread,
        still_followed, totals.seen, totals.emitted - not_shown, totals.ring_full, not_shown,
        count_or_unknown(missed));
    for (const auto& one : report.verdicts)
        text += fmt::format("{} x {}\n", one.packets,
                            one.verdict.found() ? one.verdict.name : "no verdict");
    if (report.other_verdicts) text += fmt::format("{} x others\n", report.other_verdicts);
    text += report.hooked + "\n";
    for (const auto& note : report.notes) text += note + "\n";
    return text;
}

} // namespace gueway
