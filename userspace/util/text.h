// SPDX-License-Identifier: GPL-2.0-only
// Small operations on text that the standard library leaves out.
#pragma once

#include "util/result.h"

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

std::string_view trim(std::string_view text);

// Pieces between separators, empty ones included; split("", c) is one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);

// Lines without their newline; a last line without newline counts, a final newline adds none.
std::vector<std::string_view> lines(std::string_view text);

// Runs of characters that are not white space.
std::vector<std::string_view> words(std::string_view text);

std::string join(const std::vector<std::string>& parts, std::string_view separator);

// Shell-quoted when it needs to be, so that a printed command can be pasted.
std::string quoted(std::string_view word);
std::string quoted(const std::vector<std::string>& command);

// The candidate that `word` was most likely meant to be: at most two letters added, left out or
// changed, and fewer than half of them. Empty when none is that close.
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

// The whole text as a decimal number, or nothing.
template <std::integral T>
std::optional<T> parse_number(std::string_view text)
{
    T value{};
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc{} || end != text.data() + text.size() || text.empty()) return {};
    return value;
}

// An exact number of bytes: "32768", "32KiB", "1MiB" (powers of 1024), "1MB" (powers of 1000), up
// to G; a plain "K", "M" or "G" is refused, since it means either. Nothing when it does not fit.
std::optional<uint64_t> parse_bytes(std::string_view text);

// Two lower-case digits for each byte.
std::string hexadecimal(std::span<const uint8_t> bytes);

// Bytes for people: "999 B", "26.7 MB" (powers of 1000, three figures).
std::string human_bytes(uint64_t bytes);

} // namespace gueway
