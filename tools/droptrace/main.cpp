// SPDX-License-Identifier: GPL-2.0-only
// droptrace: which packets the kernel drops, where and why. Documentation/droptrace.md.
#include "trace/follow_session.h"
#include "trace/session.h"
#include "util/json.h"
#include "util/text.h"
#include "verdict/judge.h"

#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace {

using namespace gueway;

enum { exit_ok = 0, exit_failed = 1, exit_usage = 2 };

std::atomic<bool> stopped = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void stop(int)
{
    stopped = true;
}

void stop_on_signals()
{
    struct sigaction action{};
    action.sa_handler = stop;
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

struct Arguments {
    std::optional<double> seconds;
    std::optional<uint64_t> count;
    std::string ring = "4MiB", json, ready_file, debuginfo, follow, inner;
    bool exit_on_drop = false, headers = false, stack = false;
};

void declare(CLI::App& app, Arguments& into)
{
    app.add_option("--duration", into.seconds, "end after so long (default: until a signal)")
        ->type_name("SECONDS")
        ->check(CLI::PositiveNumber);
    app.add_option("--count", into.count,
                   "end after so many drops; with --follow: take so many packets")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    app.add_option("--json", into.json, "write gueway.drops/1 to FILE; - instead of the text")
        ->type_name("FILE");
    app.add_option("--ready-file", into.ready_file, "make FILE when no drop goes unseen any more")
        ->type_name("FILE");
    app.add_option("--ring", into.ring, "memory for events, a power of two (default 4MiB)")
        ->type_name("BYTES");
    app.add_option("--debuginfo", into.debuginfo,
                   "vmlinux with debug information, or its directory")
        ->type_name("PATH");
    auto* follow = app.add_option("--follow", into.follow,
                                  "follow packets that match as they arrive: a pcap-filter(7)");
    follow->type_name("EXPRESSION")->excludes("--json");
    app.add_option("--inner", into.inner,
                   "follow what arrives in GUE, FOU, GRE or IPIP, by the packet inside")
        ->type_name("EXPRESSION")
        ->excludes(follow)
        ->excludes("--json");
    app.add_flag("--headers", into.headers, "draw the headers of followed packets when they move");
    app.add_flag("--stack", into.stack,
                 "with a drop of a followed packet, the calls that led to it");
    app.add_flag("--exit-on-drop", into.exit_on_drop, "end when a followed packet is dropped");
}

int complain(const Error& error, int status)
{
    fmt::print(stderr, "droptrace: {}\n", error.text());
    return status;
}

Result<uint32_t> ring_bytes(const Arguments& arguments)
{
    const auto ring = parse_bytes(arguments.ring);
    if (!ring || *ring > UINT32_MAX)
        return error("--ring " + arguments.ring, "read", "no such size", "as in 4MiB");
    return static_cast<uint32_t>(*ring);
}

std::optional<std::chrono::nanoseconds> duration(const Arguments& arguments)
{
    constexpr double ns = 1e9, most = 1e9;
    if (!arguments.seconds) return {};
    return std::chrono::nanoseconds(static_cast<int64_t>(std::min(*arguments.seconds, most) * ns));
}

Result<void> say_ready(const Arguments& arguments, const char* what)
{
    if (!arguments.ready_file.empty()) TRY(write_file(arguments.ready_file, "ready\n"));
    if (arguments.json != "-")
        fmt::print(stderr, "{} in all network namespaces{}\n", what,
                   arguments.seconds ? "" : "; Ctrl-C ends with the report");
    return {};
}

Result<void> print(const DropReport& report, const std::string& json)
{
    if (json == "-") {
        std::fputs(dump_json(to_json(report)).c_str(), stdout);
        return {};
    }
    std::fputs(text(report).c_str(), stdout);
    if (!json.empty()) TRY(write_json(json, to_json(report)));
    return {};
}

int watch(const Arguments& arguments)
{
    const auto ring = ring_bytes(arguments);
    if (!ring) return complain(ring.error(), exit_usage);
    HostJudge judge;
    const SessionOptions options{
        .collector = {.ring = *ring},
        .duration = duration(arguments),
        .count = arguments.count,
        .debuginfo = arguments.debuginfo,
        .judge = [&](const auto& way) { return judge.judge(way); },
        .ready = [&](const Collector&) { return say_ready(arguments, "Watching drops"); }};
    const auto report = run_session(options, stopped);
    if (!report) return complain(report.error(), exit_failed);
    if (const auto printed = print(*report, arguments.json); !printed)
        return complain(printed.error(), exit_failed);
    return exit_ok;
}

int follow(const Arguments& arguments)
{
    const auto ring = ring_bytes(arguments);
    if (!ring) return complain(ring.error(), exit_usage);
    FollowSessionOptions options{
        .duration = duration(arguments),
        .exit_on_drop = arguments.exit_on_drop,
        .ready = [&](const Hooked&) { return say_ready(arguments, "Following"); },
        .print = [](const std::string& line) { fmt::print("{}\n", line); }};
    options.follower.inner = !arguments.inner.empty();
    options.follower.expression = options.follower.inner ? arguments.inner : arguments.follow;
    options.follower.ring = *ring;
    options.follower.stack = arguments.stack;
    options.headers = arguments.headers;
    HostJudge judge;
    options.judge = [&](const auto& way) { return judge.judge(way); };
    options.complete = [&](Step& step) { judge.complete(step); };
    options.debuginfo = arguments.debuginfo;
    if (arguments.count) options.follower.most_packets = *arguments.count;
    const auto report = run_follow(options, stopped);
    if (!report) return complain(report.error(), exit_failed);
    std::fputs(text(*report).c_str(), stdout);
    return exit_ok;
}

} // namespace

int main(int argc, char** argv)
{
    Arguments arguments;
    CLI::App app("Shows the packets that the kernel drops: where, why, and which.", "droptrace");
    app.footer("Exit status: 0 watched to the end, 1 could not, 2 usage. Needs root.");
    declare(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return app.exit(e); // --help
        fmt::print(stderr, "droptrace: {} (droptrace --help)\n", e.what());
        return exit_usage;
    }
    stop_on_signals();
    const bool follows = app.count("--follow") || app.count("--inner");
    for (const char* option : {"--exit-on-drop", "--headers", "--stack"})
        if (app.count(option) && !follows)
            return complain(error(option, "read", "nothing is followed", "use --follow"),
                            exit_usage);
    return follows ? follow(arguments) : watch(arguments);
}
