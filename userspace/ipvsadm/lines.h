// SPDX-License-Identifier: GPL-2.0-only
// Lines of a restore file from a descriptor, and the words of a line, without copies.
#pragma once

#include "ipvsadm/command.h"
#include "util/result.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::ipvsadm {

// A command line has some 200 bytes.
constexpr size_t longest_line = size_t{32} * 1024;

struct Line {
    size_t number = 0; // from 1
    std::string_view text;
    bool too_long = false; // `text` is its beginning
};

// Each line of `fd`, which lives until the call returns, and `pause` whenever more is to come but
// is not there yet. An Error when reading fails.
Result<void> read_lines(int fd, const std::string& name,
                        const std::function<void(const Line&)>& each,
                        const std::function<void()>& pause);

// The words of a line without a leading "ipvsadm"; none of an empty line or a comment. `words` is
// room that is used again from line to line.
std::span<const std::string_view> command_words(std::string_view line,
                                                std::vector<std::string_view>& words);

} // namespace gueway::ipvsadm
