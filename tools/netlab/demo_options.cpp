// SPDX-License-Identifier: GPL-2.0-only
#include "demo_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

void declare(CLI::App& command, DemoOptions& into, const std::string& name,
             const std::string& seconds)
{
    command.add_option("--kernel", into.kernel, "with headers and source in the archive");
    command.add_option("--lane", into.lane, "exact: the same figures everywhere; or smp")
        ->check(CLI::IsMember({"smp", "exact"}));
    command.add_option("--out", into.out, fmt::format("directory for {0}.html and {0}.json", name));
    command.add_option("--seconds", into.seconds, seconds)->check(CLI::PositiveNumber);
    command.add_flag("-v,--verbose", into.verbose, "show the kernel logs as they come");
    command.add_option("--command", into.command, "what the page says repeats this run")
        ->default_val("netlab " + name);
}

} // namespace gueway
