// SPDX-License-Identifier: GPL-2.0-only
#include "hotfix/counts.h"

#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace gueway::hotfix {

namespace {

constexpr const char* file = "/proc/thread-self/net/gueway_hotfix";
constexpr const char* own = "/proc/thread-self/ns/net";

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

namespace {

// Of the calling thread's namespace.
Result<std::optional<Counts>> counts_here()
{
    const auto text = read_file(file);
    if (!text && text.error().code == ENOENT) return std::optional<Counts>();
    if (!text) return text.error();
    const auto counted = parse_counts(*text);
    if (!counted)
        return error(file, "read", "\"" + std::string(trim(*text)) + "\" is not three numbers",
                     "another version of the module is loaded: make install-hotfix");
    return counted;
}

// 0 when there is none, or none that we may see.
uint64_t number_of(const fs::path& path)
{
    struct stat seen{};
    return ::stat(path.c_str(), &seen) == 0 ? seen.st_ino : 0;
}

struct Place {
    fs::path path;
    std::string name;
};

// By number; each namespace once, by its name if it has one.
std::map<uint64_t, Place> places()
{
    std::map<uint64_t, Place> found;
    std::error_code ignored;
    const auto add = [&](const fs::path& path, const std::string& name) {
        if (const auto number = number_of(path); number != 0)
            found.try_emplace(number, path, name.empty() ? fmt::format("netns {}", number) : name);
    };
    add("/proc/1/ns/net", "initial netns");
    for (const auto& entry : fs::directory_iterator("/run/netns", ignored))
        add(entry.path(), entry.path().filename());
    add(own, "");
    for (const auto& entry : fs::directory_iterator("/proc", ignored))
        if (parse_number<int>(entry.path().filename().string())) add(entry.path() / "ns/net", "");
    return found;
}

Result<std::optional<Counts>> counts_at(const Place& place)
{
    const Fd fd(::open(place.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return errno_error(place.name, "open");
    const auto inside = TRY(Inside::enter(fd.get(), place.name));
    return counts_here();
}

} // namespace

Result<std::optional<Counts>> counts(const Namespace& where)
{
    return where.in([] { return counts_here(); });
}

Result<AllCounts> counts_everywhere()
{
    AllCounts all;
    const auto here = number_of(own);
    for (const auto& [number, place] : places()) {
        const auto counted = number == here ? counts_here() : counts_at(place);
        if (counted) {
            if (const auto& counts = *counted)
                all.namespaces.push_back({place.name, number == here, *counts});
            continue;
        }
        const int code = counted.error().code;
        if (code == ENOENT) continue; // it has gone meanwhile
        if (code != EPERM && code != EACCES) return counted.error();
        ++all.unread;
    }
    std::ranges::sort(all.namespaces, {},
                      [](const NamespaceCounts& each) { return std::pair(!each.here, each.name); });
    return all;
}

} // namespace gueway::hotfix
