// SPDX-License-Identifier: GPL-2.0-only
#include "drops/tracing_instance.h"

#include "util/text.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr const char* instances = "/sys/kernel/tracing/instances";

// One that is in use is busy, and stays.
void remove_orphans(const std::string& begin)
{
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(instances, failed)) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with(begin)) continue;
        const auto pid = parse_number<unsigned>(std::string_view(name).substr(begin.size()));
        if (pid && !fs::exists(fs::path("/proc") / std::to_string(*pid), failed))
            ::rmdir(entry.path().c_str());
    }
}

} // namespace

Result<TracingInstance> TracingInstance::create(const std::string& name)
{
    const auto begin = fmt::format("gueway-{}-", name);
    remove_orphans(begin);
    const auto path = fs::path(instances) / (begin + std::to_string(::getpid()));
    const auto make = [&] { return ::mkdir(path.c_str(), 0700) == 0; };
    if (!make() && (errno != EEXIST || ::rmdir(path.c_str()) != 0 || !make()))
        return errno_error(path.string(), "create tracing instance",
                           "run as root with tracefs mounted (mount -t tracefs tracefs "
                           "/sys/kernel/tracing), and no lockdown of confidentiality");
    return TracingInstance(path);
}

TracingInstance::~TracingInstance()
{
    if (!path_.empty()) ::rmdir(path_.c_str());
}

} // namespace gueway
