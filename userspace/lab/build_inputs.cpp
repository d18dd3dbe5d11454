// SPDX-License-Identifier: GPL-2.0-only
// The headers and source that an ip_vs.ko is built from, in one cache entry; or its source alone.
#include "lab/cache.h"
#include "lab/kernel.h"
#include "lab/own_libraries.h"
#include "lab/resolution.h"
#include "lab/unpack.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::string_view source_prefix = "linux-source-";
constexpr std::string_view ipvs_directory = "net/netfilter/ipvs";

bool is_source(const Package& package)
{
    return package.package.starts_with(source_prefix);
}

fs::path ipvs_path(const Package& source)
{
    return fs::path(source.package) / ipvs_directory;
}

// Only the ipvs directory of the 1 GB tree.
Result<void> fetch_source(const Package& package, const fs::path& directory)
{
    return fetch_from_tarball(package, fmt::format("./usr/src/{}.tar.xz", package.package),
                              ipvs_path(package), directory);
}

Result<void> check_all(const fs::path& entry)
{
    return TRY(Manifest::load(entry)).check_all();
}

Result<void> fill_inputs(const Resolution& r, const fs::path& directory)
{
    for (const auto& package : r.inputs) {
        if (!is_source(package)) {
            TRY(fetch_packages({package}, directory));
            continue;
        }
        TRY(fetch_source(package, directory));
    }
    std::error_code ignored;
    for (const char* waste : {"usr/share", "usr/lib/x86_64-linux-gnu/gconv"})
        fs::remove_all(directory / waste, ignored);
    return run_kbuild_by_own_libraries(directory);
}

Result<BuildInputs> obtain(const Resolution& r)
{
    if (r.inputs.empty())
        return error("kernel " + r.name, "find headers and source", "the archive had none for it",
                     "netlab fetch " + r.name + " asks again");
    const auto cache = TRY(Cache::open("build-inputs"));
    const auto key = packages_key(r.release, r.inputs);
    const auto entry = TRY(cache.get(
        key, [&](const fs::path& directory) { return fill_inputs(r, directory); }, check_all));
    BuildInputs inputs{.release = r.release, .version = r.version, .key = key};
    inputs.headers_root = entry;
    for (const auto& package : r.inputs)
        if (is_source(package)) inputs.ipvs_source = entry / ipvs_path(package);
    return inputs;
}

Result<fs::path> obtain_source(const Resolution& r)
{
    if (std::ranges::any_of(r.inputs, is_source)) return TRY(obtain(r)).ipvs_source;
    if (!r.source)
        return Error{"kernel " + r.name, "find its source", Suite::unavailable,
                     "no linux-source of version " + r.version, "netlab fetch " + r.name};
    const auto cache = TRY(Cache::open("sources"));
    const auto entry = TRY(cache.get(
        packages_key(r.release, {*r.source}),
        [&](const fs::path& directory) { return fetch_source(*r.source, directory); }, check_all));
    return entry / ipvs_path(*r.source);
}

} // namespace

Result<fs::path> find_ipvs_source(const std::string& name)
{
    return with_resolution(name, obtain_source);
}

Result<BuildInputs> find_build_inputs(const std::string& name)
{
    return with_resolution(name, obtain);
}

} // namespace gueway
