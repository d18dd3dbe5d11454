// SPDX-License-Identifier: GPL-2.0-only
#include "lab/unpack.h"

#include "lab/archive.h"
#include "lab/cache.h"
#include "lab/digest.h"
#include "lab/interrupt.h"
#include "util/pipeline.h"
#include "util/process.h"

#include <fmt/format.h>

namespace gueway {

namespace {

// Inside the entry that is being filled, so on its file system and gone with it.
constexpr std::string_view download_directory = ".download";

// Downloads into DIRECTORY/.download, gives the .deb to `use`, removes it.
template <class F>
Result<void> with_deb(const Package& package, const fs::path& directory, F&& use)
{
    const auto suite = TRY(Suite::open(package.suite));
    if (!suite)
        return error("package " + package.package, "download",
                     "apt's sources no longer have the mirror of " + package.suite,
                     "add it, or resolve the kernel again: netlab fetch");
    const auto place = directory / download_directory;
    TRY(make_directories(place));
    Defer clean([&] {
        std::error_code ignored;
        fs::remove_all(place, ignored);
    });
    auto used = use(TRY(suite->download(package, place)));
    if (!used) return cache_error(used.error(), directory); // while the .deb still takes its space
    return {};
}

} // namespace

std::string packages_key(const std::string& prefix, const std::vector<Package>& packages)
{
    constexpr size_t digits = 16;
    Sha256 digest;
    for (const auto& package : packages) digest.add(package.sha256);
    return fmt::format("{}-{}", prefix, digest.hex().substr(0, digits));
}

Result<void> unpack_deb(const fs::path& deb, const fs::path& directory)
{
    return run_pipeline({{"env", "LC_ALL=C", "dpkg", "-x", deb, directory}}, interrupted);
}

Result<void> fetch_packages(const std::vector<Package>& packages, const fs::path& directory)
{
    for (const auto& package : packages)
        TRY(with_deb(package, directory,
                     [&](const fs::path& deb) { return unpack_deb(deb, directory); }));
    return {};
}

Result<void> fetch_members(const Package& package, const std::vector<std::string>& members,
                           const fs::path& directory)
{
    Argv extract = {"tar", "-x", "-C", directory};
    extract.insert(extract.end(), members.begin(), members.end());
    return with_deb(package, directory, [&](const fs::path& deb) {
        return run_pipeline({{"dpkg", "--fsys-tarfile", deb}, extract}, interrupted);
    });
}

Result<void> fetch_from_tarball(const Package& package, const std::string& tarball,
                                const std::string& member, const fs::path& directory)
{
    return with_deb(package, directory, [&](const fs::path& deb) {
        return run_pipeline({{"dpkg", "--fsys-tarfile", deb},
                             {"tar", "-xO", tarball},
                             {"xz", "-d", "-T0"},
                             {"tar", "-x", "-C", directory, member}},
                            interrupted);
    });
}

} // namespace gueway
