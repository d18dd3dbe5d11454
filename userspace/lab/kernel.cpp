// SPDX-License-Identifier: GPL-2.0-only
#include "lab/kernel.h"

#include "lab/cache.h"
#include "lab/depmod.h"
#include "lab/kernel_path.h"
#include "lab/progress.h"
#include "lab/unpack.h"
#include "util/text.h"

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::string_view kernels_section = "kernels";
constexpr std::string_view debug_section = "debug";

std::string kernel_key(const Resolution& r)
{
    return packages_key(r.release, r.packages);
}

// Documentation and bug-report scripts are of no use in the lab.
Result<void> fill_kernel(const Resolution& r, const fs::path& directory)
{
    TRY(fetch_packages(r.packages, directory));
    std::error_code ec;
    fs::remove_all(directory / "usr/share", ec);
    return index_modules(directory, r.release);
}

Result<void> check_kernel(const Resolution& r, const fs::path& entry)
{
    const auto manifest = TRY(Manifest::load(entry));
    const auto kernel = TRY(kernel_in(entry, r.name));
    TRY(manifest.read(kernel.vmlinuz.lexically_relative(entry)));
    for (const auto& name : module_indexes())
        TRY(manifest.read((kernel.modules_dir / name).lexically_relative(entry)));
    return {};
}

fs::path debug_vmlinux(const fs::path& entry, const std::string& release)
{
    return entry / "usr/lib/debug/boot" / ("vmlinux-" + release);
}

Result<Kernel> obtain(const Resolution& r)
{
    const auto cache = TRY(Cache::open(std::string(kernels_section)));
    const auto entry = TRY(cache.get(
        kernel_key(r), [&](const fs::path& directory) { return fill_kernel(r, directory); },
        [&](const fs::path& at) { return check_kernel(r, at); }));
    auto kernel = TRY(kernel_in(entry, r.name));
    kernel.version = r.version;
    kernel.entry = entry;
    if (!r.debug) return kernel;
    const auto debug = TRY(Cache::open(std::string(debug_section)));
    if (const auto key = packages_key(r.release, {*r.debug}); debug.holds(key))
        kernel.vmlinux = debug_vmlinux(debug.path(key), r.release);
    return kernel;
}

// An ABI that was recorded can have left the archive since: then the name is resolved afresh.
template <class F>
auto with_resolution(const std::string& name, F&& use) -> decltype(use(Resolution{}))
{
    const auto old = TRY(find_resolution(name));
    auto result = use(old);
    if (result) return result;
    const auto now = refresh(*find_row(name));
    if (!now) return result;
    if (now->version != old.version)
        progress().note(fmt::format("kernel {}: {} can no longer be had ({}); taking {}", name,
                                    old.version, result.error().text(), now->version));
    return use(*now);
}

} // namespace

bool is_cached(const Resolution& resolution)
{
    const auto cache = Cache::open(std::string(kernels_section));
    return cache && cache->holds(kernel_key(resolution));
}

Result<Kernel> find_kernel(const std::string& selector)
{
    if (!find_row(selector) && looks_like_path(selector)) return kernel_by_path(selector);
    if (!find_row(selector)) return find_resolution(selector).error();
    return with_resolution(selector, obtain);
}

Result<fs::path> fetch_debuginfo(const std::string& name)
{
    return with_resolution(name, [&](const Resolution& r) -> Result<fs::path> {
        if (!r.debug)
            return error("kernel " + name, "fetch debug information",
                         "the archive has none for " + r.version, "use another kernel");
        const auto cache = TRY(Cache::open(std::string(debug_section)));
        const auto entry =
            TRY(cache.get(packages_key(r.release, {*r.debug}), [&](const fs::path& directory) {
                return fetch_members(
                    *r.debug,
                    {"./usr/lib/debug/boot",
                     "./usr/lib/debug/lib/modules/" + r.release + "/kernel/net",
                     "./usr/lib/debug/lib/modules/" + r.release + "/kernel/drivers/net"},
                    directory);
            }));
        return debug_vmlinux(entry, r.release);
    });
}

} // namespace gueway
