// SPDX-License-Identifier: GPL-2.0-only
// directorctl: ipvsadm's grammar, and plan/apply for directors and workers. ipvsadm mode is called
// in scripts a thousand times over, so that the way there must stay short.
#include "commands.h"
#include "ipvsadm_mode.h"

#include <cstdio>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace gueway {
namespace {

int in_ipvsadm_mode(int argc, char** argv, const std::string& netns)
{
    if (netns.empty()) return run_ipvsadm(argc, argv);
    if (const auto entered = enter_netns(netns); !entered) {
        complain(entered.error());
        return exit_failed;
    }
    return run_ipvsadm(argc, argv);
}

// argv[0] is the program's name, and argv[1] the first argument behind --netns.
int dispatch(int argc, char** argv, const std::string& netns)
{
    const std::string_view called = argv[0];
    const std::string_view first = argc > 1 ? argv[1] : "";
    const bool ipvsadm = called.substr(called.rfind('/') + 1) == "ipvsadm";
    if (!ipvsadm && first == "--help") return fmt::print("{}", help_text()), exit_done;
    if (!ipvsadm && first == "--version")
        return fmt::print("directorctl {}\n", program_version), exit_done;
    if (ipvsadm || first.starts_with('-')) return in_ipvsadm_mode(argc, argv, netns);
    if (!first.empty()) return run_subcommand(argc - 1, argv + 1, netns);
    fmt::print(stderr, "{}", help_text());
    return exit_usage;
}

// --netns in front of everything, as "--netns NAME" or "--netns=NAME".
//   taken  how many arguments that is; 0: it is not there
struct Netns {
    int taken = 0;
    std::string name;
};

Netns netns_in_front(int argc, char** argv)
{
    constexpr std::string_view option = "--netns";
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == option) return {2, argc > 2 ? argv[2] : ""};
    if (first.starts_with(option) && first[option.size()] == '=')
        return {1, std::string(first.substr(option.size() + 1))};
    return {};
}

} // namespace
} // namespace gueway

int main(int argc, char** argv)
{
    using namespace gueway;
    const auto [taken, netns] = netns_in_front(argc, argv);
    if (taken != 0 && netns.empty()) {
        complain("--netns: the name of the namespace is missing");
        return exit_usage;
    }
    argv[taken] = argv[0];
    return dispatch(argc - taken, argv + taken, netns);
}
