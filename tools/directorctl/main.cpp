// SPDX-License-Identifier: GPL-2.0-only
// directorctl: ipvsadm's grammar, and plan/apply for directors and workers. ipvsadm mode is called
// in scripts a thousand times over, so that the way there must stay short.
#include "commands.h"
#include "ipvsadm_mode.h"

#include <cstdio>

#include <fmt/format.h>

namespace gueway {
namespace {

// argv[0] is the program's name, and argv[1] the first argument behind --netns.
int dispatch(int argc, char** argv)
{
    const std::string_view called = argv[0];
    if (called.substr(called.rfind('/') + 1) == "ipvsadm") return run_ipvsadm(argc, argv);
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == "--help") return fmt::print("{}", help_text()), exit_done;
    if (first == "--version") return fmt::print("directorctl {}\n", program_version), exit_done;
    if (first.starts_with('-')) return run_ipvsadm(argc, argv);
    if (!first.empty()) return run_subcommand(argc - 1, argv + 1);
    fmt::print(stderr, "{}", help_text());
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
