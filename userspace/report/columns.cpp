// SPDX-License-Identifier: GPL-2.0-only
#include "report/columns.h"

#include "util/text.h"

#include <algorithm>

namespace gueway {

namespace {
// Every code point has exactly one byte that is not a continuation byte.
bool begins_code_point(char byte)
{
    return (byte & 0xC0) != 0x80;
}
} // namespace

size_t display_width(std::string_view utf8)
{
    return static_cast<size_t>(std::ranges::count_if(utf8, begins_code_point));
}

std::string cut(std::string_view text, size_t width)
{
    if (display_width(text) <= width) return std::string(text);
    std::string out;
    size_t taken = 0;
    for (const char c : text) {
        if (begins_code_point(c) && ++taken == width) break;
        out += c;
    }
    return out + "…";
}

std::string padded(std::string_view text, size_t width, Align align)
{
    const std::string fill(width - std::min(width, display_width(text)), ' ');
    return align == Align::Left ? std::string(text) + fill : fill + std::string(text);
}

std::string wrapped(std::string_view text, size_t width)
{
    std::string out;
    size_t used = 0;
    for (const auto word : words(text)) {
        const size_t size = display_width(word);
        if (used && used + 1 + size > width) {
            out += '\n';
            used = 0;
        }
        if (used) out += ' ';
        out += word;
        used += size + (used ? 1 : 0);
    }
    return out.empty() ? out : out + "\n";
}

} // namespace gueway
