// SPDX-License-Identifier: GPL-2.0-only
// directorctl completion: a script for bash, made from the tables. It knows no option by itself.
#include "commands.h"
#include "ipvsadm/options.h"

#include <cstdio>
#include <set>

#include <fmt/format.h>

namespace gueway {

namespace {

std::string options_of(const Subcommand& subcommand)
{
    std::string words = "--help";
    const auto rows = option_rows();
    for (size_t i = 0; i < rows.size(); ++i)
        if (((subcommand.options >> i) & 1U) && !rows[i].spelling.empty())
            words += fmt::format(" {}", rows[i].spelling);
    return words;
}

bool takes_file(const Subcommand& subcommand)
{
    const auto rows = option_rows();
    for (size_t i = 0; i < rows.size(); ++i)
        if (((subcommand.options >> i) & 1U) && rows[i].spelling.empty()) return true;
    return false;
}

// The first words of all subcommands, and ipvsadm's commands.
std::string first_words()
{
    std::string words = "--netns --help --version";
    std::set<std::string_view> seen;
    for (const auto& subcommand : subcommands()) {
        const auto first = subcommand.name.substr(0, subcommand.name.find(' '));
        if (seen.insert(first).second) words += fmt::format(" {}", first);
    }
    for (const auto& verb : ipvsadm::verb_spellings())
        if (seen.insert(verb.name).second) words += fmt::format(" --{}", verb.name);
    return words;
}

std::string second_words(std::string_view first)
{
    std::string words;
    for (const auto& subcommand : subcommands())
        if (subcommand.name.starts_with(std::string(first) + " "))
            words += fmt::format("{}{}", words.empty() ? "" : " ",
                                 subcommand.name.substr(first.size() + 1));
    return words;
}

std::string ipvsadm_words()
{
    std::string words;
    for (const auto& option : ipvsadm::option_spellings())
        words += fmt::format("{}--{}", words.empty() ? "" : " ", option.name);
    return words;
}

// One case for each subcommand, and one for each first word of two. FILE stands for a file's name.
std::string cases()
{
    std::string text;
    std::set<std::string_view> seen;
    for (const auto& subcommand : subcommands()) {
        text += fmt::format("    '{}') echo '{}{}' ;;\n", subcommand.name, options_of(subcommand),
                            takes_file(subcommand) ? " FILE" : "");
        const auto space = subcommand.name.find(' ');
        if (space == std::string_view::npos) continue;
        const auto first = subcommand.name.substr(0, space);
        if (seen.insert(first).second)
            text += fmt::format("    '{}') echo '{}' ;;\n", first, second_words(first));
    }
    return text;
}

// What does not depend on the tables. $first is the place of the subcommand's first word.
constexpr std::string_view script = R"bash(
_directorctl()
{
    local word=${COMP_WORDS[COMP_CWORD]} first=1 command words
    COMPREPLY=()
    if [[ ${COMP_WORDS[COMP_CWORD-1]} == --netns ]]; then
        words=$(ip netns list 2>/dev/null | cut -d' ' -f1)
    else
        [[ ${COMP_WORDS[1]} == --netns ]] && first=3
        command=${COMP_WORDS[first]}
        ((COMP_CWORD <= first)) && command=""
        [[ $command == -* ]] && command=-
        words=$(_directorctl_words "$command")
        if ((COMP_CWORD > first + 1)) && [[ $words != *--* ]]; then
            words=$(_directorctl_words "$command ${COMP_WORDS[first+1]}")
        fi
    fi
    if [[ $words == *FILE ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "${words% FILE}" -- "$word")
}
complete -o filenames -F _directorctl directorctl
)bash";

} // namespace

Result<int> completion_command(const Options&)
{
    fmt::print("# bash completion for directorctl, made by `directorctl completion`\n"
               "_directorctl_words()\n{{\n    case $1 in\n"
               "    '') echo '{}' ;;\n    -) echo '{}' ;;\n{}    esac\n}}\n{}",
               first_words(), ipvsadm_words(), cases(), script);
    return exit_done;
}

} // namespace gueway
