// SPDX-License-Identifier: GPL-2.0-only
// Text measured in columns of a terminal: one for each code point of UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace gueway {

enum class Align { Left, Right };

size_t display_width(std::string_view utf8);

// At most `width` (>= 1) columns; a text that is longer ends in "…".
std::string cut(std::string_view text, size_t width);

// Filled with blanks to `width` columns; a longer text stays as it is.
std::string padded(std::string_view text, size_t width, Align align);

// Broken at blanks into lines of at most `width` columns, each with its newline. A word that is
// longer has a line of its own.
std::string wrapped(std::string_view text, size_t width);

} // namespace gueway
