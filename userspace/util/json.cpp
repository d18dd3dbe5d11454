// SPDX-License-Identifier: GPL-2.0-only
#include "util/json.h"

namespace gueway {

Result<Json> parse_json(std::string_view text, const std::string& source)
{
    try {
        return Json::parse(text);
    } catch (const Json::exception& e) {
        return error(source, "parse JSON", e.what());
    }
}

Result<Json> read_json(const fs::path& path)
{
    return parse_json(TRY(read_file(path)), path);
}

std::string dump_json(const Json& value)
{
    return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string dump_json_line(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> write_json(const fs::path& path, const Json& value)
{
    return write_file(path, dump_json(value));
}

} // namespace gueway
