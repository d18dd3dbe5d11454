// SPDX-License-Identifier: GPL-2.0-only
// Where we differ from ipvsadm 1.31 on purpose. The documentation prints this table, and the
// differential test runs both programs through it.
#pragma once

#include <span>
#include <string_view>

namespace gueway::ipvsadm {

// How one program behaves: the exit status of the last command, and something that can be read
// afterwards, which the other program's does not have (empty: the status says it all).
struct Behaviour {
    std::string_view words;
    int status = 0;
    std::string_view shows;
};

//   commands  one to a line, in an empty table; empty where only traffic can show it
//   input     of the last one, when that is -R
// What can be read is what the last command prints, or after others `ipvsadm -S -n`.
struct Deviation {
    std::string_view title;
    Behaviour ipvsadm, directorctl;
    std::string_view commands;
    std::string_view input;
};

std::span<const Deviation> deviations();

} // namespace gueway::ipvsadm
