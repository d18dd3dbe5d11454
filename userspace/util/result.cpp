// SPDX-License-Identifier: GPL-2.0-only
#include "util/result.h"

#include <cerrno>
#include <cstring>

namespace gueway {

namespace {

void append(std::string& line, std::string_view part)
{
    if (part.empty()) return;
    if (!line.empty()) line += ": ";
    line += part;
}

} // namespace

std::string Error::text() const
{
    std::string answer = detail;
    if (code != 0) {
        if (answer.empty())
            answer = strerrordesc_np(code) ? strerrordesc_np(code) : "unknown error";
        const char* name = strerrorname_np(code);
        answer += " (" + (name ? std::string(name) : "errno " + std::to_string(code)) + ")";
    }
    std::string line;
    for (std::string_view part : {std::string_view(object), std::string_view(operation),
                                  std::string_view(answer), std::string_view(remedy)})
        append(line, part);
    return line;
}

Error errno_error(std::string object, std::string operation, std::string remedy)
{
    const int code = errno;
    return {std::move(object), std::move(operation), code, {}, std::move(remedy)};
}

Error error(std::string object, std::string operation, std::string detail, std::string remedy)
{
    return {std::move(object), std::move(operation), 0, std::move(detail), std::move(remedy)};
}

} // namespace gueway
