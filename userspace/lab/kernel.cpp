// SPDX-License-Identifier: GPL-2.0-only
#include "lab/kernel.h"

#include "lab/cache.h"
#include "lab/depmod.h"
#include "lab/kernel_path.h"
#include "lab/resolution.h"
#include "lab/unpack.h"

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

fs::path debug_vmlinux(const fs::path& entry, const std::string& release)
{
    return entry / "usr/lib/debug/boot" / ("vmlinux-" + release);
}

Result<Kernel> obtain(const Resolution& r, const Cache::Check& also)
{
    const auto cache = TRY(Cache::open(std::string(kernels_section)));
    const auto entry = TRY(cache.get(
        kernel_key(r), [&](const fs::path& directory) { return fill_kernel(r, directory); },
        [&](const fs::path& at) -> Result<void> {
            TRY(check_kernel_entry(at));
            return also(at);
        }));
    auto kernel = TRY(kernel_in(entry, r.name));
    kernel.version = r.version;
    kernel.entry = entry;
    if (!r.debug) return kernel;
    const auto debug = Cache::open(std::string(debug_section));
    if (const auto key = packages_key(r.release, {*r.debug}); debug && debug->holds(key))
        kernel.vmlinux = debug_vmlinux(debug->path(key), r.release);
    return kernel;
}

} // namespace

bool is_cached(const Resolution& resolution)
{
    const auto cache = Cache::open(std::string(kernels_section));
    return cache && cache->holds(kernel_key(resolution));
}

Result<Kernel> find_kernel(const std::string& selector, const Cache::Check& also)
{
    if (!find_row(selector) && looks_like_path(selector)) return kernel_by_path(selector, also);
    return with_resolution(selector, [&](const Resolution& r) { return obtain(r, also); });
}

Result<Kernel> find_kernel(const std::string& selector)
{
    return find_kernel(selector, [](const fs::path&) { return Result<void>(); });
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
