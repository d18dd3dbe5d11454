// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/help.h"

#include "ipvsadm/options.h"

#include <iterator>

#include <fmt/format.h>

namespace gueway::ipvsadm {

namespace {

std::string spelled(std::string_view name, char letter, std::string_view argument)
{
    std::string text = letter ? fmt::format("-{}, ", letter) : "    ";
    text += fmt::format("--{}", name);
    if (!argument.empty()) text += fmt::format(" {}", argument);
    return text;
}

} // namespace

std::string help_text(const std::string& program)
{
    std::string text = fmt::format("Usage: {} COMMAND [OPTION...]\n\nCommands:\n", program);
    const auto out = std::back_inserter(text);
    for (const auto& row : verb_spellings())
        fmt::format_to(out, "  {:<34} {}\n", spelled(row.name, row.letter, row.argument), row.help);
    fmt::format_to(out, "\nOptions:\n");
    for (const auto& row : option_spellings()) {
        const auto argument = row.takes == Takes::perhaps ? fmt::format("[{}]", row.argument)
                                                          : std::string(row.argument);
        fmt::format_to(out, "  {:<34} {}\n", spelled(row.name, row.letter, argument), row.help);
    }
    fmt::format_to(out, "\nExit status: 0; 1 no such service to list; 2 usage; 255 the kernel "
                        "refused.\n");
    return text;
}

std::string version_line()
{
    return "directorctl with the command lines of ipvsadm v1.31\n";
}

} // namespace gueway::ipvsadm
