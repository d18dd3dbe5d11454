// SPDX-License-Identifier: GPL-2.0-only
// directorctl restore FILE|-: ipvsadm's command lines as a state, without an outage.
#include "commands.h"
#include "ipvsadm/converge.h"
#include "plan/writer.h"
#include "util/fd.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace gueway {

namespace {

using ipvsadm::WantedReader;

Result<WantedReader> read_wanted(const std::string& file)
{
    const bool input = file == "-";
    const auto name = input ? std::string("standard input") : file;
    const Fd opened(input ? ::dup(STDIN_FILENO) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened) return errno_error(name, "open");
    WantedReader reader(name);
    TRY(ipvsadm::read_lines(
        opened.get(), name, [&](const ipvsadm::Line& line) { reader.line(line); }, [] {}));
    return reader;
}

Result<int> restore(const std::string& file)
{
    auto reader = TRY(read_wanted(file));
    for (const auto& complaint : reader.complaints()) complain(complaint);
    if (!reader.complaints().empty()) {
        complain("nothing was changed");
        return exit_usage;
    }
    const auto lock = TRY(plan::lock_writer());
    auto client = TRY(ipvs::Client::open());
    const auto done = TRY(ipvsadm::converge(client, reader.take()));
    for (const auto& failure : done.failures) complain(failure);
    fmt::print("{} changes\n", done.changes);
    if (done.failures.empty()) return exit_done;
    complain("not all of it went well: what the file does not have may still be there");
    return exit_failed;
}

} // namespace

int run_restore(int argc, char** argv)
{
    CLI::App app("Makes the services those of a file of ipvsadm -S: changes what differs, removes "
                 "last, never flushes.",
                 "directorctl restore");
    std::string file;
    std::string netns;
    app.add_option("FILE", file, "the file, or - for standard input")->required();
    app.add_option("--netns", netns, "in that network namespace");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& wrong) {
        complain(std::string(wrong.what()) + ": see directorctl restore --help");
        return exit_usage;
    }
    if (!netns.empty())
        if (const auto entered = enter_netns(netns); !entered)
            return complain(entered.error()), exit_failed;
    const auto done = restore(file);
    if (!done) return complain(done.error()), exit_failed;
    return *done;
}

} // namespace gueway
