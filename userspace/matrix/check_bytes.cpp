// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/check_bytes.h"

#include "matrix/header_name.h"
#include "matrix/pairs.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

// A checksum is not what tells, if there is something else; nor what is of another.
size_t telling_byte(const Cell& cell, const Pair& pair)
{
    const auto tells = std::ranges::find_if(
        pair.differs, [&](size_t at) { return !in_checksum(cell, *pair.expected, at); });
    return tells == pair.differs.end() ? pair.differs.back() : *tells;
}

std::string text(const Cell& cell, const Pair& pair)
{
    const auto &expected = *pair.expected, &seen = *pair.seen;
    const auto packet = fmt::format("{}: {}", seen.where, seen.text);
    if (seen.bytes.size() != expected.bytes.size())
        return fmt::format("{}: {} bytes, not {}", packet, seen.bytes.size(),
                           expected.bytes.size());
    const auto at = telling_byte(cell, pair);
    return fmt::format("{}: byte {}, {}, is {:#04x}, not {:#04x}", packet, at,
                       header_name(cell, expected, at), seen.bytes[at], expected.bytes[at]);
}

std::string text(const CellResult& result, const Pair& pair)
{
    if (!pair.seen)
        return fmt::format("{}: {} did not come", pair.expected->where, pair.expected->text);
    if (!pair.expected)
        return fmt::format("{}: {} came beside what should", pair.seen->where, pair.seen->text);
    return text(result.cell, pair);
}

} // namespace

std::vector<std::string> check_packet(const Cell& cell, const Packet& expected, const Packet& seen)
{
    const auto both = pair(expected, seen);
    return both.tells() ? std::vector{text(cell, both)} : std::vector<std::string>();
}

std::vector<std::string> check_bytes(const CellResult& result)
{
    std::vector<std::string> wrong;
    size_t number = 0;
    for (const auto& pair : pairs(result))
        if (pair.tells() && ++number == 1) wrong.push_back(text(result, pair));
    if (number > 1) wrong.push_back(fmt::format("{} packets are not as they should be", number));
    return wrong;
}

} // namespace gueway::matrix
