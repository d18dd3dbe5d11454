// SPDX-License-Identifier: GPL-2.0-only
// directorctl restore FILE|-: ipvsadm's command lines as a state, without an outage.
#include "commands.h"
#include "ipvsadm/converge.h"
#include "plan/writer.h"
#include "util/fd.h"
#include "util/json.h"

#include <cstdio>

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
    reader.finish();
    return reader;
}

void print(const Options& options, const ipvsadm::Converged& done)
{
    if (options.json)
        fmt::print("{}", dump_json({{"schema", "gueway.restore/1"},
                                    {"changes", done.changes},
                                    {"failures", done.failures}}));
    else
        fmt::print("{} changes\n", done.changes);
}

} // namespace

Result<int> restore_command(const Options& options)
{
    auto reader = TRY(read_wanted(options.file));
    for (const auto& complaint : reader.complaints()) complain(complaint);
    if (!reader.complaints().empty()) {
        complain("nothing was changed");
        return exit_usage;
    }
    const auto lock = TRY(plan::lock_writer());
    auto client = TRY(ipvs::Client::open());
    const auto done = TRY(ipvsadm::converge(client, reader.take()));
    for (const auto& failure : done.failures) complain(failure);
    print(options, done);
    if (done.failures.empty()) return exit_done;
    complain("not all of it went well: what the file does not have may still be there");
    return exit_failed;
}

} // namespace gueway
