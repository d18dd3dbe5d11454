// SPDX-License-Identifier: GPL-2.0-only
#include "hotfix/counts.h"

#include "util/file.h"
#include "util/text.h"

#include <cerrno>

namespace gueway::hotfix {

namespace {

constexpr const char* file = "/proc/thread-self/net/gueway_hotfix";

} // namespace

std::optional<Counts> parse_counts(std::string_view text)
{
    const auto parts = words(text);
    if (parts.size() != 3) return {};
    const auto seen = parse_number<uint64_t>(parts[0]), right = parse_number<uint64_t>(parts[1]),
               repaired = parse_number<uint64_t>(parts[2]);
    if (!seen || !right || !repaired) return {};
    return Counts{*seen, *right, *repaired};
}

Result<std::optional<Counts>> counts(const Namespace& where)
{
    auto text = TRY(where.in([]() -> Result<std::optional<std::string>> {
        auto read = read_file(file);
        if (read) return std::optional(std::move(*read));
        if (read.error().code == ENOENT) return std::optional<std::string>();
        return std::move(read).error();
    }));
    if (!text) return std::optional<Counts>();
    const auto counted = parse_counts(*text);
    if (!counted)
        return error(file, "read", "\"" + std::string(trim(*text)) + "\" is not three numbers",
                     "another version of the module is loaded: make install-hotfix");
    return counted;
}

} // namespace gueway::hotfix
