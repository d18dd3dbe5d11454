// SPDX-License-Identifier: GPL-2.0-only
#include "util/text.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace gueway {

namespace {
constexpr std::string_view white_space = " \t\r\n\v\f";
}

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(white_space);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto at = text.find(separator);
        pieces.push_back(text.substr(0, at));
        if (at == text.npos) return pieces;
        text.remove_prefix(at + 1);
    }
}

std::vector<std::string_view> lines(std::string_view text)
{
    auto pieces = split(text, '\n');
    if (pieces.back().empty()) pieces.pop_back();
    return pieces;
}

std::vector<std::string_view> words(std::string_view text)
{
    std::vector<std::string_view> found;
    for (;;) {
        const auto first = text.find_first_not_of(white_space);
        if (first == text.npos) return found;
        text.remove_prefix(first);
        const auto size = std::min(text.find_first_of(white_space), text.size());
        found.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator)
{
    return fmt::format("{}", fmt::join(parts, separator));
}

std::string quoted(std::string_view word)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_@%+=:,./-";
    if (!word.empty() && word.find_first_not_of(plain) == word.npos) return std::string(word);
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string quoted(const std::vector<std::string>& command)
{
    std::string out;
    for (const auto& word : command) out += (out.empty() ? "" : " ") + quoted(word);
    return out;
}

namespace {

// Levenshtein's distance, one row at a time.
size_t distance(std::string_view from, std::string_view to)
{
    std::vector<size_t> row(to.size() + 1);
    for (size_t i = 0; i <= to.size(); ++i) row[i] = i;
    for (size_t i = 0; i < from.size(); ++i) {
        size_t diagonal = std::exchange(row[0], i + 1);
        for (size_t j = 0; j < to.size(); ++j) {
            const size_t changed = diagonal + (from[i] != to[j]);
            diagonal = std::exchange(row[j + 1], std::min({changed, row[j] + 1, row[j + 1] + 1}));
        }
    }
    return row.back();
}

} // namespace

std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates)
{
    constexpr size_t close = 2, longest = 64;
    std::string_view best;
    size_t least = std::min(close, (word.size() - 1) / 2) + 1;
    if (word.empty() || word.size() > longest) return best;
    for (const auto candidate : candidates)
        if (const size_t changes = distance(word, candidate); changes < least)
            least = changes, best = candidate;
    return best;
}

std::optional<uint64_t> parse_bytes(std::string_view text)
{
    struct Unit {
        std::string_view name;
        uint64_t bytes;
    };
    constexpr std::array<Unit, 8> units = {{{"", 1},
                                            {"B", 1},
                                            {"kB", 1000},
                                            {"KiB", 1ULL << 10},
                                            {"MB", 1000000},
                                            {"MiB", 1ULL << 20},
                                            {"GB", 1000000000},
                                            {"GiB", 1ULL << 30}}};
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_number<uint64_t>(text.substr(0, digits));
    const auto* unit = std::find_if(units.begin(), units.end(), [&](const Unit& candidate) {
        return candidate.name == text.substr(digits);
    });
    uint64_t bytes = 0;
    if (!count || unit == units.end() || __builtin_mul_overflow(*count, unit->bytes, &bytes))
        return {};
    return bytes;
}

std::string hexadecimal(std::span<const uint8_t> bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

std::string human_bytes(uint64_t bytes)
{
    constexpr std::array units = {"B", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) value /= 1000, ++unit;
    if (unit == 0) return fmt::format("{} B", bytes);
    return fmt::format("{:.{}f} {}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, units[unit]);
}

} // namespace gueway
