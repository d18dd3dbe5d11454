// SPDX-License-Identifier: GPL-2.0-only
#include "trace/namespaces.h"

#include "util/file.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace gueway {

namespace {

// 0 when there is none.
uint32_t number_of(const fs::path& path)
{
    struct stat seen{};
    return ::stat(path.c_str(), &seen) == 0 ? static_cast<uint32_t>(seen.st_ino) : 0;
}

} // namespace

void NamespaceNames::scan()
{
    names_.emplace(number_of("/proc/1/ns/net"), "initial netns");
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/run/netns", ignored))
        names_.emplace(number_of(entry.path()), entry.path().filename());
}

const std::string& NamespaceNames::find(uint32_t number)
{
    if (!names_.contains(number)) scan();
    return names_.emplace(number, fmt::format("netns {}", number)).first->second;
}

} // namespace gueway
