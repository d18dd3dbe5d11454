// SPDX-License-Identifier: GPL-2.0-only
#include "util/module.h"

#include "util/file.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace gueway {

namespace {

std::string underscored(std::string_view name)
{
    std::string same(name);
    std::ranges::replace(same, '-', '_');
    return same;
}

} // namespace

std::string kernel_release()
{
    utsname kernel{};
    ::uname(&kernel);
    return kernel.release;
}

Result<bool> module_present(const std::string& name)
{
    const auto wanted = underscored(name);
    std::error_code none;
    if (fs::exists("/sys/module/" + wanted, none)) return true;
    // A built-in module without parameters has no directory there.
    const auto list = fs::path("/lib/modules") / kernel_release() / "modules.builtin";
    if (!fs::exists(list, none)) return false;
    const auto content = TRY(read_file(list));
    return std::ranges::any_of(lines(content), [&](std::string_view line) {
        return underscored(fs::path(line).stem().string()) == wanted;
    });
}

std::set<std::string> loaded_modules()
{
    std::set<std::string> names;
    const auto list = read_file("/proc/modules");
    if (!list) return names;
    for (const auto line : lines(*list))
        if (const auto parts = words(line); !parts.empty()) names.emplace(parts[0]);
    return names;
}

Result<void> load_module(const std::string& name)
{
    if (TRY(module_present(name))) return {};
    auto loaded = run_ok({"modprobe", name}, "the kernel needs it: install its modules package");
    if (loaded) return {};
    auto failed = std::move(loaded).error();
    failed.object = "kernel module " + name;
    failed.operation = "load";
    return failed;
}

Result<void> unload_module(const std::string& name)
{
    if (::syscall(SYS_delete_module, name.c_str(), O_NONBLOCK) == 0) return {};
    return Error{"kernel module " + name, "unload", errno, {}, {}};
}

} // namespace gueway
