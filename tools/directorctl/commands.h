// SPDX-License-Identifier: GPL-2.0-only
// The subcommands of directorctl, one file each; main.cpp has the table.
#pragma once

#include "util/result.h"

#include <string>
#include <string_view>

namespace gueway {

// What the process ends with. ipvsadm mode has its own, in ipvsadm_mode.h.
enum ExitStatus { exit_done = 0, exit_failed = 1, exit_usage = 2 };

//   run  gets the arguments from the subcommand's name on (argv[0] is the name), in the network
//        namespace that --netns named, and returns the exit status
struct Subcommand {
    std::string_view name;
    std::string_view summary; // one line of `directorctl --help`
    int (*run)(int argc, char** argv);
};

// Moves the calling thread into the namespace for good: a name under /run/netns, or a path. To be
// called once at the start, before anything else opens sockets or starts threads.
Result<void> enter_netns(const std::string& name);

// "directorctl: LINE" on standard error.
void complain(const std::string& line);
void complain(const Error& error);

// Asks on standard error and reads a line: true for "y" or "yes". Without a terminal on standard
// input nobody is there to ask: an Error that names --yes.
Result<bool> confirmed(const std::string& question);

// directorctl check|plan|apply FILE, show, save --yaml
int run_check(int argc, char** argv);
int run_plan(int argc, char** argv);
int run_apply(int argc, char** argv);
int run_show(int argc, char** argv);
int run_save(int argc, char** argv);
// directorctl restore FILE|-: ipvsadm's command lines as a state
int run_restore(int argc, char** argv);

// directorctl worker plan|apply|show FILE
int run_worker(int argc, char** argv);

} // namespace gueway
