// SPDX-License-Identifier: GPL-2.0-only
// What a kernel's complaint looks like: the judge's table.
#pragma once

#include <string_view>

namespace gueway {

// A message is a complaint when it begins with `begins` and holds `holds` somewhere after (either
// may be empty). `sure`: nobody else writes such a line, so that it counts without a time stamp
// too.
struct Splat {
    std::string_view what;
    std::string_view begins;
    std::string_view holds;
    bool sure = false;
};

// The first row that fits the message, or nothing.
const Splat* find_splat(std::string_view message);

// "------------[ cut here ]------------": begins a report, but the next line says of what.
bool is_cut_here(std::string_view message);
bool is_end_of_trace(std::string_view message);
bool is_panic(std::string_view message);

} // namespace gueway
