// SPDX-License-Identifier: GPL-2.0-only
// netlab run: one command, or a list of them, in a guest.
#include "commands.h"
#include "lab/interrupt.h"
#include "machine_options.h"
#include "status_line.h"
#include "util/json.h"
#include "util/text.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    MachineOptions machine;
    double timeout = 120; // seconds
    std::string out, json, list;
    std::vector<std::string> command;
};

Result<void> add_commands(const Options& options, RunSpec& spec)
{
    if (options.list.empty() == options.command.empty())
        return error("netlab run", "read arguments", "want either -- CMD ... or --list FILE", "");
    if (!options.command.empty()) {
        spec.commands.push_back({"command", options.command});
        spec.one_deadline = true;
        return {};
    }
    const auto text = TRY(read_file(options.list));
    for (const auto line : lines(text))
        if (!trim(line).empty())
            spec.commands.push_back({fmt::format("line {}", spec.commands.size() + 1),
                                     {"sh", "-c", std::string(line)}});
    if (spec.commands.empty()) return error(options.list, "read commands", "there are none", "");
    return {};
}

Result<RunSpec> make_spec(const Options& options)
{
    auto spec = TRY(options.machine.spec());
    TRY(add_commands(options, spec));
    spec.timeout = std::chrono::milliseconds(static_cast<int64_t>(options.timeout * 1000));
    if (!options.out.empty()) {
        TRY(make_directories(options.out));
        spec.out = options.out;
    }
    return spec;
}

void print_raw(std::string_view bytes, FILE* stream)
{
    std::fwrite(bytes.data(), 1, bytes.size(), stream);
    std::fflush(stream);
}

// After a failure of the lab the kernel log is what explains it.
void show_log(const RunReport& report)
{
    if (report.lab_status() == LabStatus::ok || report.lab_status() == LabStatus::missing) return;
    if (interrupted()) return;
    for (const auto& guest : report.guests) print_raw(guest.console, stderr);
}

Result<int> run(const Options& options)
{
    const auto spec = TRY(make_spec(options));
    StatusLine status(spec);
    RunListener listener;
    listener.output = [&](std::string_view bytes, int stream) {
        status.clear();
        print_raw(bytes, stream == 1 ? stdout : stderr);
    };
    listener.progress = [&](const std::string& id, std::string_view state) {
        status.update(id, state);
    };
    if (options.machine.verbose)
        listener.console = [&](std::string_view bytes) { print_raw(bytes, stderr); };
    const auto report = TRY(run_in_lab(spec, listener));
    status.clear();
    if (!options.json.empty()) TRY(write_json(options.json, to_json(report)));
    if (!options.machine.verbose) show_log(report);
    if (report.lab_status() != LabStatus::ok) complain(report.explanation());
    return report.exit_status();
}

} // namespace

void add_run(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("run", "boot a kernel, run a command in it, exit as it did");
    options->machine.declare(*command);
    command
        ->add_option("--timeout", options->timeout,
                     "seconds for boot and command (with --list: for boot, and for each)")
        ->check(CLI::PositiveNumber);
    command->add_option("--out", options->out, "directory for what the guest writes to /out");
    command->add_option("--json", options->json, "write what happened (gueway.run/1)");
    command->add_option("--list", options->list, "run each line of FILE with sh -c instead");
    command->add_option("CMD", options->command, "after --: the command and its arguments");
    command->footer("Exit status: the command's own; 124 time ran out; 125 the lab failed (bad "
                    "usage too);\n126 the kernel splatted; 127 the guest has no such command.");
    command->callback([options, &status] {
        const auto done = run(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_code(LabStatus::failed);
    });
}

} // namespace gueway
