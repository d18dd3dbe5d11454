// SPDX-License-Identifier: GPL-2.0-only
#include "trace/namespaces.h"

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr auto remembered = std::chrono::seconds(10); // after it is gone
constexpr auto look_again = std::chrono::seconds(1);  // for one without a name

// 0 when there is none.
uint32_t number_of(const fs::path& path)
{
    struct stat seen{};
    return ::stat(path.c_str(), &seen) == 0 ? static_cast<uint32_t>(seen.st_ino) : 0;
}

timespec modified(const fs::path& directory)
{
    struct stat seen{};
    return ::stat(directory.c_str(), &seen) == 0 ? seen.st_mtim : timespec{};
}

std::chrono::nanoseconds duration(const timespec& time)
{
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// A file system's clock ticks slowly, and a name is there before its namespace is put under it.
bool just_now(const timespec& time)
{
    constexpr auto moment = std::chrono::milliseconds(50);
    return std::chrono::system_clock::now().time_since_epoch() - duration(time) < moment;
}

} // namespace

bool NamespaceNames::changed() const
{
    return duration(modified(directory_)) != duration(modified_);
}

void NamespaceNames::scan()
{
    const auto now = Clock::now();
    const auto as_of = modified(directory_);
    if (const auto number = number_of("/proc/1/ns/net")) initial_ = number;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(directory_, ignored))
        if (const auto number = number_of(entry.path()))
            names_[number] = {entry.path().filename(), true, now};
    if (initial_) names_[initial_] = {"initial netns", true, now};
    std::erase_if(names_, [&](const auto& known) {
        return known.second.found && now - known.second.when > remembered;
    });
    modified_ = just_now(as_of) ? timespec{} : as_of;
}

const std::string& NamespaceNames::find(uint32_t number)
{
    const auto known = names_.find(number);
    const bool unknown = known == names_.end() ||
                         (!known->second.found && Clock::now() - known->second.when > look_again);
    if (unknown || changed()) scan();
    auto& name = names_.try_emplace(number, Name{{}, false, {}}).first->second;
    if (name.text.empty() || (!name.found && unknown))
        name = {fmt::format("netns {}", number), false, Clock::now()};
    return name.text;
}

} // namespace gueway
