// SPDX-License-Identifier: GPL-2.0-only
// The subcommands of directorctl and their options as tables: --help, the man page and the
// completion are made from them. The functions stand in a file for each side of the work.
#pragma once

#include "config/config.h"
#include "util/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gueway {

inline constexpr std::string_view program_version = "0.1";

// What the process ends with. ipvsadm mode has its own, in ipvsadm_mode.h.
enum ExitStatus { exit_done = 0, exit_failed = 1, exit_usage = 2 };
// With --detailed-exitcode a plan that has something to do ends like this, as terraform's do.
constexpr int exit_changes = 2;
// Of the doctor; unknown: it could not look.
constexpr int exit_at_risk = 1, exit_broken = 2, exit_unknown = 3;

// What a command line can say; each subcommand takes some of it.
struct Options {
    std::string file, name, netns;
    bool prune = false, weights = false, yes = false, json = false;
    bool detailed = false, timing = false, yaml = false;
    bool no_probe = false, force = false;
    std::vector<std::string> devices, vips;
};

//   spelling  "--json"; a positional argument has none
//   argument  "NAME"; a flag has none
//   member    a list's values come one for each time the option is there, or with commas between
struct OptionRow {
    std::string_view spelling, argument, help;
    std::variant<bool Options::*, std::string Options::*, std::vector<std::string> Options::*>
        member;
};
std::span<const OptionRow> option_rows();

// A set of options: bit N is row N of option_rows().
using OptionSet = uint32_t;

//   name     one word, or two: "worker plan"
//   summary  one line
//   about    more, for the man page
//   run      in the network namespace that --netns named; returns the exit status
//   failed, usage  the exit status of an Error, and of a line that is not understood
struct Subcommand {
    std::string_view name, summary, about;
    OptionSet options = 0;
    Result<int> (*run)(const Options&);
    int failed = exit_failed, usage = exit_usage;
};
std::span<const Subcommand> subcommands();

// Parses the arguments of argv[0] (the subcommand's first word) and runs it, in the network
// namespace `netns` (empty: where we are) unless they name another.
int run_subcommand(int argc, char** argv, const std::string& netns);

// Moves the calling thread into the namespace for good: a name under /run/netns, or a path. To be
// called once at the start, before anything else opens sockets or starts threads.
Result<void> enter_netns(const std::string& name);

// "directorctl: LINE" on standard error.
void complain(const std::string& line);
void complain(const Error& error);

// Asks on standard error and reads a line: true for "y" or "yes". Without a terminal on standard
// input nobody is there to ask: an Error that names --yes.
Result<bool> confirmed(const std::string& question);

// The configuration, once all is checked that does not need the kernel to be found wrong. Of a file
// with several mistakes each has its line on standard error.
Result<Config> read_checked(const std::string& file);

// Of `directorctl --help`.
std::string help_text();

Result<int> check_command(const Options& options);
Result<int> plan_command(const Options& options);
Result<int> apply_command(const Options& options);
Result<int> show_command(const Options& options);
Result<int> save_command(const Options& options);
Result<int> restore_command(const Options& options);
Result<int> worker_plan_command(const Options& options);
Result<int> worker_apply_command(const Options& options);
Result<int> worker_show_command(const Options& options);
Result<int> doctor_command(const Options& options);
Result<int> hotfix_status_command(const Options& options);
Result<int> hotfix_on_command(const Options& options);
Result<int> hotfix_off_command(const Options& options);
Result<int> mitigate_status_command(const Options& options);
Result<int> mitigate_on_command(const Options& options);
Result<int> mitigate_off_command(const Options& options);
Result<int> completion_command(const Options& options);
Result<int> man_command(const Options& options);

} // namespace gueway
