// SPDX-License-Identifier: GPL-2.0-only
// droptrace: which packets the kernel drops, where and why. Documentation/droptrace.md.
#include "trace/session.h"
#include "util/json.h"
#include "util/text.h"

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
    std::string ring = "4MiB", json, ready_file, debuginfo;
};

void declare(CLI::App& app, Arguments& into)
{
    app.add_option("--duration", into.seconds, "end after so long (default: until a signal)")
        ->type_name("SECONDS")
        ->check(CLI::PositiveNumber);
    app.add_option("--count", into.count, "end after so many drops, harmless frees apart")
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
}

int complain(const Error& error, int status)
{
    fmt::print(stderr, "droptrace: {}\n", error.text());
    return status;
}

Result<SessionOptions> session_options(const Arguments& arguments)
{
    SessionOptions options{.count = arguments.count, .debuginfo = arguments.debuginfo};
    const auto ring = parse_bytes(arguments.ring);
    if (!ring || *ring > UINT32_MAX)
        return error("--ring " + arguments.ring, "read", "no such size", "as in 4MiB");
    options.collector.ring = static_cast<uint32_t>(*ring);
    constexpr double ns = 1e9, most = 1e9;
    if (arguments.seconds)
        options.duration =
            std::chrono::nanoseconds(static_cast<int64_t>(std::min(*arguments.seconds, most) * ns));
    options.ready = [&](const Collector&) -> Result<void> {
        if (!arguments.ready_file.empty()) TRY(write_file(arguments.ready_file, "ready\n"));
        if (arguments.json != "-")
            fmt::print(stderr, "Watching drops in all network namespaces{}\n",
                       arguments.seconds || arguments.count ? "" : "; Ctrl-C ends with the report");
        return {};
    };
    return options;
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
    const auto options = session_options(arguments);
    if (!options) return complain(options.error(), exit_usage);
    stop_on_signals();
    const auto report = run_session(*options, stopped);
    if (!report) return complain(report.error(), exit_failed);
    if (const auto printed = print(*report, arguments.json); !printed)
        return complain(printed.error(), exit_failed);
    return exit_ok;
}
