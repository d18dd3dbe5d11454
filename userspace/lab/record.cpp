// SPDX-License-Identifier: GPL-2.0-only
// The catalogue's memory: what was resolved, and asking the archive again.
#include "lab/archive.h"
#include "lab/cache.h"
#include "lab/catalogue.h"
#include "lab/progress.h"
#include "util/json.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

Result<fs::path> record_path()
{
    return TRY(cache_root()) / "catalogue.json";
}

// One note per run for what holds for the whole run.
void note_once(const std::string& line)
{
    static std::vector<std::string> said;
    if (std::find(said.begin(), said.end(), line) != said.end()) return;
    said.push_back(line);
    progress().note(line);
}

// Rows share suites: each is asked for once per run, whatever it answered.
Result<void> refresh_once(const Suite& suite)
{
    static std::map<std::string, Result<void>> asked;
    auto at = asked.find(suite.name());
    if (at == asked.end()) at = asked.emplace(suite.name(), suite.refresh()).first;
    if (at->second || !suite.has_index()) return at->second;
    Error failed = at->second.error();
    failed.remedy = "using its index in the cache";
    note_once(failed.text());
    return {};
}

Result<std::vector<Package>> suite_packages(const CatalogueRow& row, const std::string& name)
{
    const auto suite = TRY(Suite::open(name));
    if (!suite) {
        note_once(fmt::format("apt's sources have no security mirror: doing without {}", name));
        return std::vector<Package>{};
    }
    TRY(refresh_once(*suite));
    return suite->packages([&](std::string_view package) { return is_wanted(row, package); });
}

} // namespace

Result<Record> recorded()
{
    const auto path = TRY(record_path());
    const auto json = read_json(path);
    return json ? record_from_json(*json) : Record{};
}

Result<void> record(const Resolution& resolution)
{
    const auto path = TRY(record_path());
    const auto lock = TRY(FileLock::wait(path.string() + ".lock"));
    auto all = TRY(recorded());
    all[resolution.name] = resolution;
    return write_json(path, to_json(all));
}

Result<Resolution> refresh(const CatalogueRow& row)
{
    std::vector<Package> packages;
    for (const auto suite : row.suites) {
        auto some = TRY(suite_packages(row, std::string(suite)));
        packages.insert(packages.end(), some.begin(), some.end());
    }
    auto resolution = TRY(resolve(row, packages));
    TRY(record(resolution));
    return resolution;
}

Result<Resolution> find_resolution(const std::string& name)
{
    const auto* row = find_row(name);
    if (!row)
        return error(fmt::format("kernel \"{}\"", name), "look up", "no such name",
                     fmt::format("use one of {}, or the path of a .deb, a directory or a bzImage",
                                 known_names()));
    auto known = TRY(recorded());
    if (const auto at = known.find(name); at != known.end()) return std::move(at->second);
    return refresh(*row);
}

} // namespace gueway
