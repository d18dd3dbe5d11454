// SPDX-License-Identifier: GPL-2.0-only
// What the demos' schemas have in common: strict numbers, lists, drops. For their readers alone.
#pragma once

#include "demo/model.h"
#include "util/json.h"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace gueway::demo_json {

// Raised while reading, and caught at the reader's border.
struct Mistyped {
    std::string detail;
};

template <class T>
T number(const Json& json)
{
    // get<T>() would turn -1 into a huge number and 1.5 into 1.
    if (!json.is_number_unsigned() || json.get<uint64_t>() > std::numeric_limits<T>::max())
        throw Mistyped{fmt::format("{} is not a whole number in range", dump_json_line(json))};
    return json.get<T>();
}

template <class T>
std::vector<T> list(const Json& json, T (*read)(const Json&))
{
    if (!json.is_array()) throw Mistyped{fmt::format("{} is not an array", dump_json_line(json))};
    std::vector<T> out;
    for (const auto& entry : json) out.push_back(read(entry));
    return out;
}

// Reads a whole document of `schema`; what is wrong in it is an error that names `source`.
template <class T>
Result<T> read_document(const Json& json, const std::string& source, std::string_view schema,
                        T (*read)(const Json&))
{
    const auto refuse = [&](std::string_view detail) {
        return error(source, "read as " + std::string(schema), std::string(detail),
                     "compare it with Documentation/demo.md");
    };
    try {
        if (json.at("schema") != schema)
            return refuse(
                fmt::format("schema {} is not \"{}\"", dump_json_line(json.at("schema")), schema));
        return read(json);
    } catch (const Mistyped& e) {
        return refuse(e.detail);
    } catch (const Json::exception& e) {
        return refuse(e.what());
    }
}

inline Json drop_json(const DemoDrop& drop)
{
    return {{"symbol", drop.symbol}, {"packets", drop.packets}, {"reason", drop.reason}};
}

inline DemoDrop read_drop(const Json& json)
{
    return {json.at("symbol"), number<uint64_t>(json.at("packets")), json.at("reason")};
}

} // namespace gueway::demo_json
