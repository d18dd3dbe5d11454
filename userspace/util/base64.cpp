// SPDX-License-Identifier: GPL-2.0-only
#include "util/base64.h"

#include <array>
#include <cstdint>

namespace gueway {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> values = [] {
    std::array<int8_t, 256> table{};
    table.fill(-1);
    for (size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<uint8_t>(alphabet[i])] = static_cast<int8_t>(i);
    return table;
}();

} // namespace

std::string to_base64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t at = 0; at < bytes.size(); at += 3) {
        const size_t have = std::min<size_t>(3, bytes.size() - at);
        uint32_t group = 0;
        for (size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < have ? static_cast<uint8_t>(bytes[at + i]) : 0);
        for (size_t i = 0; i < 4; ++i)
            text += i <= have ? alphabet[group >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return {};
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (size_t at = 0; at < text.size(); at += 4) {
        size_t pads = 0;
        if (at + 4 == text.size())
            while (pads < 2 && text[at + 3 - pads] == '=') ++pads;
        uint32_t group = 0;
        for (size_t i = 0; i < 4; ++i) {
            const int value = i < 4 - pads ? values[static_cast<uint8_t>(text[at + i])] : 0;
            if (value < 0) return {};
            group = group << 6 | static_cast<uint32_t>(value);
        }
        for (size_t i = 0; i < 3 - pads; ++i) bytes += static_cast<char>(group >> (16 - 8 * i));
        if (pads && group & ((1U << 8 * pads) - 1)) return {};
    }
    return bytes;
}

} // namespace gueway
