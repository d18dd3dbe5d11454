// SPDX-License-Identifier: GPL-2.0-only
// netlab shell: an interactive shell in a guest.
#include "commands.h"
#include "machine_options.h"
#include "status_line.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <unistd.h>

namespace gueway {

namespace {

Result<int> shell(const MachineOptions& options)
{
    if (::isatty(STDIN_FILENO) != 1)
        return error("netlab shell", "open terminal", "standard input is not a terminal",
                     "use netlab run -- CMD");
    auto spec = TRY(options.spec());
    spec.shell = true;
    StatusLine status(spec);
    RunListener listener;
    listener.progress = [&](const std::string& id, std::string_view state) {
        status.update(id, state);
    };
    const auto report = TRY(run_in_lab(spec, listener));
    if (report.lab_status() != LabStatus::ok) complain(report.explanation());
    return report.exit_status();
}

} // namespace

void add_shell(CLI::App& app, int& status)
{
    auto options = std::make_shared<MachineOptions>();
    auto* command = app.add_subcommand("shell", "an interactive shell in a guest; exit ends it");
    options->declare(*command);
    command->callback([options, &status] {
        const auto done = shell(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_code(LabStatus::failed);
    });
}

} // namespace gueway
