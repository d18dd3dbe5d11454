// SPDX-License-Identifier: GPL-2.0-only
#include "lab/catalogue.h"

#include "lab/archive.h"
#include "lab/cache.h"
#include "lab/progress.h"
#include "util/text.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::string_view flavour = "-cloud-amd64";
constexpr std::string_view image_prefix = "linux-image-";
constexpr std::string_view binary_prefix = "linux-binary-"; // the layout of 7.x
constexpr std::string_view common_suffix = "-common";

// "linux-image-6.1.0-56-cloud-amd64" -> "6.1.0-56-cloud-amd64"; nothing for meta packages,
// other flavours, debug and unsigned images.
std::optional<std::string_view> release_of(std::string_view package)
{
    for (const auto prefix : {image_prefix, binary_prefix}) {
        if (!package.starts_with(prefix) || !package.ends_with(flavour)) continue;
        const auto release = package.substr(prefix.size());
        // A meta package has the series only: "6.12-cloud-amd64".
        if (std::isdigit(static_cast<unsigned char>(release[0])) != 0 &&
            std::count(release.begin(), release.end(), '.') >= 2)
            return release;
    }
    return {};
}

// The packages of one archive as a set to ask. The same version in two suites is one package.
class Index {
public:
    explicit Index(const std::vector<Package>& packages) : packages_(packages) {}

    const Package* find(std::string_view name, std::string_view version) const
    {
        for (const auto& p : packages_)
            if (p.package == name && p.version == version) return &p;
        return nullptr;
    }

    // Of the versions that `fits` accepts the lowest, or the highest.
    template <class Fits>
    const Package* extreme(std::string_view name, std::strong_ordering wanted, Fits&& fits) const
    {
        const Package* best = nullptr;
        for (const auto& p : packages_)
            if (p.package == name && fits(p.version) &&
                (!best || compare_versions(p.version, best->version) == wanted))
                best = &p;
        return best;
    }

    const Package* newest(std::string_view name) const
    {
        return extreme(name, std::strong_ordering::greater, [](const auto&) { return true; });
    }

    // That version, or the nearest later one.
    const Package* at_or_above(std::string_view name, std::string_view version) const
    {
        return extreme(name, std::strong_ordering::less, [&](const std::string& other) {
            return compare_versions(other, version) >= 0;
        });
    }

    // All of the names in that version, or nothing.
    std::vector<Package> find_all(const std::vector<std::string>& names,
                                  std::string_view version) const
    {
        std::vector<Package> found;
        for (const auto& name : names) {
            const auto* package = find(name, version);
            if (!package) return {};
            found.push_back(*package);
        }
        return found;
    }

private:
    const std::vector<Package>& packages_;
};

// "6.1.0-56-cloud-amd64" -> "6.1": what linux-source-* and linux-kbuild-* are called after.
std::string series_of(std::string_view release)
{
    const auto first = release.find('.');
    return std::string(release.substr(0, release.find_first_not_of("0123456789", first + 1)));
}

std::vector<std::string> image_names(const Index& index, std::string_view release,
                                     std::string_view version)
{
    const auto binary = fmt::format("{}{}", binary_prefix, release);
    if (!index.find(binary, version)) return {fmt::format("{}{}", image_prefix, release)};
    return {binary, fmt::format("linux-modules-{}", release),
            fmt::format("linux-base-{}", release)};
}

std::string source_name(std::string_view release)
{
    return "linux-source-" + series_of(release);
}

// kbuild is called after the series, or, from 6.12 on, after the ABI.
const Package* find_kbuild(const Index& index, std::string_view abi, std::string_view version)
{
    for (const auto& suffix : {series_of(abi), std::string(abi)})
        if (const auto* p = index.at_or_above("linux-kbuild-" + suffix, version)) return p;
    return nullptr;
}

std::vector<Package> find_inputs(const CatalogueRow& row, const Index& index,
                                 std::string_view release, std::string_view version)
{
    const auto abi = release.substr(0, release.size() - flavour.size());
    auto found = index.find_all({fmt::format("linux-headers-{}", release),
                                 fmt::format("linux-headers-{}{}", abi, common_suffix)},
                                version);
    std::vector<const Package*> others = {find_kbuild(index, abi, version)};
    if (row.buildable) others.push_back(index.find(source_name(release), version));
    for (const auto name : row.libraries) others.push_back(index.newest(name));
    if (found.empty() || std::ranges::find(others, nullptr) != others.end()) return {};
    for (const auto* package : others) found.push_back(*package);
    return found;
}

std::optional<Resolution> candidate(const CatalogueRow& row, const Index& index,
                                    const Package& package)
{
    const auto release = release_of(package.package);
    const bool fits =
        release && (row.series.empty() || release->starts_with(std::string(row.series) + "."));
    if (!fits) return {};
    Resolution r{.name = std::string(row.name),
                 .release = std::string(*release),
                 .version = package.version};
    r.packages = index.find_all(image_names(index, *release, package.version), package.version);
    if (r.packages.empty()) return {};
    if (row.buildable || row.headers) {
        r.inputs = find_inputs(row, index, *release, package.version);
        if (r.inputs.empty() && row.buildable) return {};
    }
    const auto debug = fmt::format("{}{}-dbg", image_prefix, *release);
    if (const auto* p = index.find(debug, package.version)) r.debug = *p;
    if (const auto* p = index.find(source_name(*release), package.version)) r.source = *p;
    return r;
}

} // namespace

const std::vector<CatalogueRow>& catalogue()
{
    static const std::vector<CatalogueRow> rows = {
        {.name = "5.10",
         .series = "5.10",
         .suites = {"bullseye"},
         .headers = true,
         .description = "bullseye"},
        {.name = "6.1",
         .series = "6.1",
         .suites = {"bookworm", "bookworm-security"},
         .buildable = true,
         .description = "bookworm, newest ABI with headers and source"},
        {.name = "6.1-oldest",
         .series = "6.1",
         .suites = {"bookworm", "bookworm-security"},
         .oldest = true,
         .headers = true,
         .description = "bookworm, oldest ABI still in the archive"},
        {.name = "6.12",
         .series = "6.12",
         .suites = {"bookworm-backports", "bookworm-security"},
         .headers = true,
         .description = "bookworm backports or security, newest ABI"},
        {.name = "newest",
         .series = "",
         .suites = {"sid"},
         .headers = true,
         .description = "sid",
         .libraries = {"libc6", "libelf1t64", "zlib1g", "libzstd1"}},
    };
    return rows;
}

const CatalogueRow* find_row(std::string_view name)
{
    for (const auto& row : catalogue())
        if (row.name == name) return &row;
    return nullptr;
}

std::string known_names()
{
    std::vector<std::string> names;
    for (const auto& row : catalogue()) names.emplace_back(row.name);
    return join(names, ", ");
}

bool is_wanted(const CatalogueRow& row, std::string_view name)
{
    constexpr std::string_view prefixes[] = {image_prefix,   binary_prefix,    "linux-modules-",
                                             "linux-base-",  "linux-headers-", "linux-kbuild-",
                                             "linux-source-"};
    return std::ranges::find(row.libraries, name) != row.libraries.end() ||
           std::ranges::any_of(prefixes,
                               [&](std::string_view prefix) { return name.starts_with(prefix); });
}

uint64_t Resolution::size() const
{
    uint64_t sum = 0;
    for (const auto& package : packages) sum += package.size;
    return sum;
}

Result<Resolution> resolve(const CatalogueRow& row, const std::vector<Package>& packages)
{
    const Index index(packages);
    std::optional<Resolution> best;
    for (const auto& package : packages) {
        auto found = candidate(row, index, package);
        if (!found) continue;
        const auto order =
            best ? compare_versions(found->version, best->version) : std::strong_ordering::equal;
        if (!best || (row.oldest ? order < 0 : order > 0)) best = std::move(found);
    }
    if (best) return std::move(*best);
    std::vector<std::string> suites(row.suites.begin(), row.suites.end());
    return error(fmt::format("kernel {}", row.name), "resolve",
                 fmt::format("{} has no such {} image{}", join(suites, ", "), flavour.substr(1),
                             row.buildable ? " with headers and source of its version" : ""),
                 "see netlab kernels for the others");
}

} // namespace gueway
