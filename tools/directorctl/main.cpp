// SPDX-License-Identifier: GPL-2.0-only
// directorctl: ipvsadm's grammar, and plan/apply for directors and workers. Nothing but the table
// of subcommands: ipvsadm mode is called in scripts a thousand times over, so that the way there
// must stay short.
#include "commands.h"
#include "ipvsadm_mode.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>

namespace gueway {
namespace {

constexpr std::string_view version = "directorctl 0.1";

// In the order of --help. One row and one file for each.
constexpr std::array<Subcommand, 7> subcommands = {{
    {"check", "look for mistakes in a file: no root, no kernel", run_check},
    {"plan", "what apply would do", run_plan},
    {"apply", "make this director what the file says", run_apply},
    {"show", "services and workers, as they are", run_show},
    {"save", "write what is there as a file", run_save},
    {"restore", "make the services those of a file of ipvsadm -S", run_restore},
    {"worker", "plan, apply or show the worker's side of a file", run_worker},
}};

void print_help(FILE* out)
{
    fmt::print(out, "Usage: directorctl [--netns NAME] COMMAND [ARGUMENT...]\n"
                    "       directorctl [--netns NAME] -A|-E|-D|-a|-e|-d|-L|... "
                    "(ipvsadm's arguments: -h)\n\nCommands:\n");
    for (const auto& subcommand : subcommands)
        fmt::print(out, "  {:<10} {}\n", subcommand.name, subcommand.summary);
    fmt::print(out, "\n  --netns NAME  in the network namespace NAME (ip netns list), or a path\n"
                    "  --help, --version\n\n"
                    "`directorctl COMMAND --help` has the arguments of one.\n");
}

int run_subcommand(int argc, char** argv)
{
    const std::string_view name = argv[0];
    const auto found = std::ranges::find(subcommands, name, &Subcommand::name);
    if (found != subcommands.end()) return found->run(argc, argv);
    complain(fmt::format("no command {:?}: see directorctl --help", name));
    return exit_usage;
}

// argv[0] is the program's name, and argv[1] the first argument behind --netns.
int dispatch(int argc, char** argv)
{
    const std::string_view called = argv[0];
    if (called.substr(called.rfind('/') + 1) == "ipvsadm") return run_ipvsadm(argc, argv);
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == "--help") return print_help(stdout), exit_done;
    if (first == "--version") return fmt::print("{}\n", version), exit_done;
    if (first.starts_with('-')) return run_ipvsadm(argc, argv);
    if (!first.empty()) return run_subcommand(argc - 1, argv + 1);
    print_help(stderr);
    return exit_usage;
}

} // namespace
} // namespace gueway

int main(int argc, char** argv)
{
    using namespace gueway;
    if (argc < 2 || std::string_view(argv[1]) != "--netns") return dispatch(argc, argv);
    if (argc < 3) {
        complain("--netns: the name of the namespace is missing");
        return exit_usage;
    }
    if (const auto entered = enter_netns(argv[2]); !entered) {
        complain(entered.error());
        return exit_failed;
    }
    argv[2] = argv[0];
    return dispatch(argc - 2, argv + 2);
}
