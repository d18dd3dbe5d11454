// SPDX-License-Identifier: GPL-2.0-only
// What the JSON of drops and that of followed packets have in common.
#pragma once

#include "trace/report.h"
#include "util/json.h"

#include <optional>
#include <string_view>
#include <vector>

namespace gueway {

template <class T, class F>
Json list(const std::vector<T>& from, F make)
{
    Json made = Json::array();
    for (const auto& one : from) made.push_back(make(one));
    return made;
}

template <class T, class F>
Json or_null(const std::optional<T>& value, F make)
{
    return value ? Json(make(*value)) : Json(nullptr);
}

template <class T>
Json number_or_null(const std::optional<T>& value)
{
    return or_null(value, [](const T& number) { return number; });
}

inline Json text_or_null(std::string_view text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

Json place_json(const CodePlace& place);
Json source_json(const SourceLine& line);

} // namespace gueway
