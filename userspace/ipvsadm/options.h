// SPDX-License-Identifier: GPL-2.0-only
// The grammar as tables, for the parser, the help text, the manual page and the completion.
#pragma once

#include "ipvsadm/command.h"

#include <span>
#include <string_view>

namespace gueway::ipvsadm {

// A set of verbs: bit N is the verb of that number.
using Verbs = uint32_t;
template <class... T>
constexpr Verbs verbs(T... verb)
{
    return ((Verbs{1} << static_cast<unsigned>(verb)) | ... | Verbs{0});
}

struct VerbSpelling {
    Verb verb;
    std::string_view name; // without its dashes
    char letter = 0;       // 0: none
    std::string_view argument;
    std::string_view help;
};

enum class Takes : uint8_t { nothing, argument, perhaps };

// One way to write an option. `perhaps`: the next word is its argument unless it starts with '-'.
struct OptionSpelling {
    Option option;
    std::string_view name;
    char letter = 0;
    Takes takes = Takes::nothing;
    std::string_view argument;
    std::string_view help;
};

// Which commands an option belongs to. `title` is what messages call it.
struct OptionRule {
    Option option;
    std::string_view title;
    Verbs allowed = 0;
    Verbs required = 0;
};

std::span<const VerbSpelling> verb_spellings();
std::span<const OptionSpelling> option_spellings();
std::span<const OptionRule> option_rules();
// The rules of one verb.
Options allowed_options(Verb verb);
Options required_options(Verb verb);

// At most one of them in one listing.
constexpr Options exclusive_in_list =
    options(Option::connection, Option::service, Option::timeout, Option::daemon);
constexpr Options tunnel_options =
    options(Option::tunnel_type, Option::tunnel_port, Option::tunnel_nocsum, Option::tunnel_csum,
            Option::tunnel_remcsum);

// Null when there is none of that name. `letter` is one of a word of short options.
const VerbSpelling* find_verb(std::string_view name);
const VerbSpelling* find_verb(char letter);
const OptionSpelling* find_option(std::string_view name);
const OptionSpelling* find_option(char letter);

std::string_view name(Verb verb);
std::string_view title(Option option);

} // namespace gueway::ipvsadm
