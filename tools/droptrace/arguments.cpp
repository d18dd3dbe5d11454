// SPDX-License-Identifier: GPL-2.0-only
#include "arguments.h"

#include "probe/privileges.h"
#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

// The library's own check prints all 309 digits of the largest double.
std::string above_zero(const std::string& text)
{
    double value = 0;
    if (CLI::detail::lexical_cast(text, value) && value > 0) return {};
    return "not a number above 0: " + text;
}

void declare_limits(CLI::App& app, Arguments& into)
{
    app.add_option("--duration", into.seconds, "end after so long (default: until a signal)")
        ->type_name("SECONDS")
        ->check(above_zero);
    app.add_option("--count", into.count,
                   "end after so many drops; with --follow: take so many packets")
        ->type_name("N")
        ->check(above_zero);
    app.add_flag("--exit-on-drop", into.exit_on_drop, "end when a followed packet is dropped");
    app.add_flag("--no-verdicts", into.no_verdicts,
                 "look at no namespace's settings, which takes privileges");
    app.add_flag("--headers", into.headers, "draw the headers of followed packets when they move");
    app.add_flag("--stack", into.stack,
                 "with a drop of a followed packet, the calls that led to it");
    app.add_option("--ring", into.ring, "memory for events, a power of two (default 4MiB)")
        ->type_name("BYTES");
}

void declare_outputs(CLI::App& app, Arguments& into)
{
    app.add_option("--json", into.json,
                   "write gueway.drops/1 or gueway.follow/1 to FILE; - instead of the text")
        ->type_name("FILE");
    app.add_option("--pcap", into.pcap, "write the packets to FILE, as pcapng with comments")
        ->type_name("FILE");
    app.add_option("--ready-file", into.ready_file, "make FILE when nothing goes unseen any more")
        ->type_name("FILE");
    app.add_option("--debuginfo", into.debuginfo,
                   "vmlinux with debug information, or its directory")
        ->type_name("PATH");
    app.add_option("--btf", into.btf, "types of this kernel, where it has none itself (drops only)")
        ->type_name("FILE");
}

void declare_filters(CLI::App& app, Arguments& into)
{
    auto* follow = app.add_option("--follow", into.follow,
                                  "follow packets that match as they arrive: a pcap-filter(7)");
    auto* inner = app.add_option("--inner", into.inner,
                                 "follow what is in GUE, FOU, GRE or IPIP, by the packet inside");
    auto* outer =
        app.add_option("--outer", into.outer, "the same by the packet outside: the tunnel's own");
    for (auto* one : {follow, inner, outer}) one->type_name("EXPRESSION");
    follow->excludes(inner)->excludes(outer);
    inner->excludes(outer);
    app.add_option("--netns", into.only.netns, "only in this network namespace: where it arrives")
        ->type_name("NAME|INODE");
    app.add_option("--ifname", into.only.device, "only on this device: where it arrives or leaves")
        ->type_name("NAME");
    app.add_option("--mark", into.only.mark, "only with this mark")->type_name("N[/MASK]");
}

std::optional<Error> mistake(const CLI::App& app, const Arguments& arguments)
{
    for (const char* option : {"--follow", "--inner", "--outer"})
        if (app.count(option) && app.get_option(option)->as<std::string>().empty())
            return error(option, "read", "the expression is empty",
                         "\"ip or ip6\" takes all packets");
    for (const char* option : {"--exit-on-drop", "--headers", "--stack"})
        if (app.count(option) && !arguments.follows())
            return error(option, "read", "nothing is followed", "use --follow");
    if (arguments.follows() && !arguments.btf.empty())
        return error("--btf", "read", "what functions return cannot be followed by it",
                     "--follow needs a kernel with CONFIG_DEBUG_INFO_BTF");
    if (!arguments.pcap.empty() && arguments.pcap == arguments.json)
        return error("--pcap " + arguments.pcap, "read", "the same file as --json");
    return {};
}

} // namespace

Result<uint32_t> Arguments::ring_bytes() const
{
    const auto bytes = parse_bytes(ring);
    if (!bytes || *bytes > UINT32_MAX)
        return error("--ring " + ring, "read", "no such size", "as in 4MiB");
    return static_cast<uint32_t>(*bytes);
}

std::optional<std::chrono::nanoseconds> Arguments::duration() const
{
    constexpr double ns = 1e9, most = 1e9;
    if (!seconds) return {};
    return std::chrono::nanoseconds(static_cast<int64_t>(std::min(*seconds, most) * ns));
}

Result<void> Arguments::confine() const
{
    return drop_privileges(no_verdicts ? Remaining::read_counts : Remaining::ask_namespaces);
}

Result<void> Arguments::say_ready(const char* what) const
{
    if (!ready_file.empty()) TRY(write_file(ready_file, "ready\n"));
    if (json != "-" && pcap != "-")
        fmt::print(stderr, "{} in {}{}\n", what,
                   only.netns.empty() ? "all network namespaces"
                                      : "network namespace " + only.netns,
                   seconds ? "" : "; Ctrl-C ends with the report");
    return {};
}

Parsed parse_arguments(int argc, char** argv)
{
    Arguments arguments;
    CLI::App app("Shows the packets that the kernel drops: where, why, and which.", "droptrace");
    app.footer("Exit status: 0 watched to the end, 1 could not, 2 usage. Needs root.");
    declare_filters(app, arguments);
    declare_limits(app, arguments);
    declare_outputs(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return {{}, app.exit(e)}; // --help
        fmt::print(stderr, "droptrace: {} (droptrace --help)\n", e.what());
        return {{}, exit_usage};
    }
    if (const auto wrong = mistake(app, arguments)) return {{}, complain(*wrong, exit_usage)};
    return {std::move(arguments), exit_ok};
}

int complain(const Error& error, int status)
{
    fmt::print(stderr, "droptrace: {}\n", error.text());
    return status;
}

} // namespace gueway
