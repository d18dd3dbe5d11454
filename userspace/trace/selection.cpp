// SPDX-License-Identifier: GPL-2.0-only
#include "trace/selection.h"

#include "util/fd.h"
#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <sys/stat.h>

namespace gueway {

namespace {

struct NamespaceFile {
    fs::path path;
    uint32_t number;
};

// All that have a name, then those of processes, each once.
std::vector<NamespaceFile> namespaces()
{
    std::vector<NamespaceFile> all;
    std::set<uint32_t> known;
    const auto add = [&](const fs::path& path) {
        struct stat seen{};
        if (::stat(path.c_str(), &seen) != 0) return;
        const auto number = static_cast<uint32_t>(seen.st_ino);
        if (known.insert(number).second) all.push_back({path, number});
    };
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/run/netns", ignored)) add(entry.path());
    for (const auto& entry : fs::directory_iterator("/proc", ignored))
        if (parse_number<int>(entry.path().filename().string())) add(entry.path() / "ns/net");
    return all;
}

// Names and numbers are in one list: a namespace that is called "123" has that name.
Result<NamespaceFile> find_namespace(const std::string& wanted)
{
    const auto all = namespaces();
    const auto named =
        std::ranges::find(all, fs::path("/run/netns") / wanted, &NamespaceFile::path);
    if (named != all.end()) return *named;
    const auto number = parse_number<uint32_t>(wanted);
    const auto numbered =
        std::ranges::find_if(all, [&](const NamespaceFile& one) { return one.number == number; });
    if (number && numbered != all.end()) return *numbered;
    std::vector<std::string> names;
    for (const auto& one : all)
        if (one.path.string().starts_with("/run/netns/"))
            names.push_back(gueway::quoted(one.path.filename().string()));
    return Error{"network namespace " + gueway::quoted(wanted),
                 "find",
                 ENOENT,
                 {},
                 names.empty() ? "ip netns names none: give an inode number, as stat -L "
                                 "/proc/PID/ns/net shows it"
                               : "there are " + join(names, ", ")};
}

// The devices of a namespace. Nothing when we may not enter it.
std::optional<std::set<std::string>> devices_of(const fs::path& netns)
{
    std::optional<std::set<std::string>> names;
    std::thread([&] { // which goes there instead of us
        const Fd file(::open(netns.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file || ::setns(file.get(), CLONE_NEWNET) != 0) return;
        struct if_nameindex* list = ::if_nameindex();
        if (!list) return;
        names.emplace();
        for (const auto* one = list; one->if_index != 0; ++one) names->insert(one->if_name);
        ::if_freenameindex(list);
    })
        .join();
    return names;
}

Result<void> check_device(const std::string& name, const std::optional<NamespaceFile>& netns)
{
    const auto all = netns ? std::vector{*netns} : namespaces();
    std::set<std::string> seen;
    for (const auto& one : all) {
        const auto devices = devices_of(one.path);
        if (!devices || devices->contains(name)) return {};
        seen.insert(devices->begin(), devices->end());
    }
    const std::vector<std::string> list(seen.begin(), seen.end());
    return Error{"device " + gueway::quoted(name),
                 netns ? "find in network namespace " + netns->path.filename().string()
                       : "find in any network namespace",
                 ENODEV,
                 {},
                 "there are " + join(list, ", ")};
}

std::optional<uint32_t> parse_word(std::string_view text)
{
    if (!text.starts_with("0x")) return parse_number<uint32_t>(text);
    text.remove_prefix(2);
    uint32_t value = 0;
    const auto [end, ec] = std::from_chars(text.begin(), text.end(), value, 16);
    if (ec != std::errc{} || end != text.end() || text.empty()) return {};
    return value;
}

} // namespace

Result<std::pair<uint32_t, uint32_t>> parse_mark(std::string_view text)
{
    const auto bad = [&](const char* why) {
        return error("mark " + quoted(text), "read", why, "as in 5 or 0x10/0xff");
    };
    const auto parts = split(text, '/');
    const auto mark = parse_word(parts[0]);
    const auto mask = parts.size() == 2 ? parse_word(parts[1]) : std::optional(UINT32_MAX);
    if (parts.size() > 2 || !mark || !mask) return bad("no number of 32 bits");
    if ((*mark & *mask) != *mark) return bad("the mask leaves out bits of the mark");
    return std::pair(*mark, *mask);
}

Result<selection> select(const SelectionNames& names)
{
    selection made{};
    std::optional<NamespaceFile> netns;
    if (!names.netns.empty()) {
        netns = TRY(find_namespace(names.netns));
        made.netns = netns->number;
    }
    if (!names.device.empty()) {
        if (names.device.size() >= sizeof made.device)
            return error("device " + gueway::quoted(names.device), "read", "the name is too long",
                         fmt::format("at most {} bytes", sizeof made.device - 1));
        TRY(check_device(names.device, netns));
        std::memcpy(made.device, names.device.data(), names.device.size());
    }
    if (!names.mark.empty()) {
        const auto [mark, mask] = TRY(parse_mark(names.mark));
        made.by_mark = 1;
        made.mark = mark;
        made.mask = mask;
    }
    return made;
}

} // namespace gueway
