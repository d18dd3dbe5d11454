// SPDX-License-Identifier: GPL-2.0-only
// JSON through nlohmann-json, without its exceptions crossing our borders.
#pragma once

#include "util/file.h"
#include "util/json_fwd.h"
#include "util/result.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace gueway {

// `source` names the text in errors: a path, or "guest output, line 7".
Result<Json> parse_json(std::string_view text, const std::string& source);
Result<Json> read_json(const fs::path& path);

// The integer that `value` is; nothing when it is none, or none that T holds. (value.get<T>() makes
// some T of 1.5, of true and of 2^40.)
template <std::integral T>
std::optional<T> integer(const Json& value)
{
    const auto as = [](auto number) {
        return std::in_range<T>(number) ? std::optional<T>(number) : std::nullopt;
    };
    if (value.is_number_unsigned()) return as(value.get<uint64_t>());
    if (value.is_number_integer()) return as(value.get<int64_t>());
    return {};
}

// Indented by two, final newline. Bytes that are not UTF-8 become U+FFFD: output never throws.
std::string dump_json(const Json& value);
// On one line, no newline.
std::string dump_json_line(const Json& value);
Result<void> write_json(const fs::path& path, const Json& value);

} // namespace gueway
