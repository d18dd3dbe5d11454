// SPDX-License-Identifier: GPL-2.0-only
// droptrace --follow: steps of packets as they go their way.
#include "filter/expression.h"
#include "sinks.h"
#include "verdict/judge.h"
#include "watch.h"

#include <memory>

namespace gueway {

namespace {

using Sinks = std::vector<std::unique_ptr<FollowSink>>;

Result<Sinks> open_sinks(const Arguments& arguments)
{
    Sinks sinks;
    if (arguments.json != "-" && arguments.pcap != "-")
        sinks.push_back(
            std::make_unique<TextSink>(TRY(OutputFile::create("-")), arguments.headers));
    if (!arguments.json.empty())
        sinks.push_back(std::make_unique<JsonSink>(TRY(OutputFile::create(arguments.json))));
    if (!arguments.pcap.empty())
        sinks.push_back(std::make_unique<PcapSink>(TRY(OutputFile::create(arguments.pcap))));
    return sinks;
}

FollowerOptions follower_options(const Arguments& arguments)
{
    FollowerOptions options;
    if (!arguments.inner.empty()) options.subject = FILTER_INNER;
    if (!arguments.outer.empty()) options.subject = FILTER_OUTER;
    options.expression = arguments.follow + arguments.inner + arguments.outer; // one is given
    options.stack = arguments.stack;
    if (arguments.count) options.most_packets = *arguments.count;
    return options;
}

Result<void> run(const Arguments& arguments, const std::atomic<bool>& stop)
{
    HostJudge judge;
    FollowSessionOptions options{
        .follower = follower_options(arguments),
        .duration = arguments.duration(),
        .exit_on_drop = arguments.exit_on_drop,
        .debuginfo = arguments.debuginfo,
        .ready = [&](const Hooked&) { return arguments.say_ready("Following"); },
        .confine = [&] { return arguments.confine(); }};
    if (!arguments.no_verdicts) {
        options.judge = [&](const auto& way) { return judge.judge(way); };
        options.complete = [&](Step& step) { judge.complete(step); };
        options.rest = [&] { judge.rest(); };
    }
    options.follower.ring = TRY(arguments.ring_bytes());
    options.follower.only = TRY(select(arguments.only));
    TRY(compile_expression(options.follower.expression));
    const auto sinks = TRY(open_sinks(arguments));
    for (const auto& sink : sinks) options.sinks.push_back(sink.get());
    return run_follow(options, stop);
}

} // namespace

int follow(const Arguments& arguments, const std::atomic<bool>& stop)
{
    const auto done = run(arguments, stop);
    return done ? exit_ok : complain(done.error(), exit_failed);
}

} // namespace gueway
