// SPDX-License-Identifier: GPL-2.0-only
// The catalogue's memory: what was resolved, and asking the archive again.
#include "lab/archive.h"
#include "lab/cache.h"
#include "lab/catalogue.h"
#include "lab/progress.h"
#include "util/text.h"

#include <fmt/format.h>

namespace gueway {

namespace {

Json to_json(const Package& p)
{
    return {{"package", p.package},
            {"version", p.version},
            {"sha256", p.sha256},
            {"size", p.size},
            {"suite", p.suite}};
}

Package package_from_json(const Json& json)
{
    return {json.at("package"), json.at("version"), json.at("sha256"), json.at("size"),
            json.at("suite")};
}

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

Result<std::vector<Package>> suite_packages(const std::string& name)
{
    const auto suite = TRY(Suite::open(name));
    if (!suite) {
        note_once(fmt::format("apt's sources have no security mirror: doing without {}", name));
        return std::vector<Package>{};
    }
    TRY(refresh_once(*suite));
    return suite->packages(is_kernel_package);
}

} // namespace

Json to_json(const Resolution& r)
{
    Json json = {{"name", r.name}, {"release", r.release}, {"version", r.version}};
    json["packages"] = Json::array();
    for (const auto& package : r.packages) json["packages"].push_back(to_json(package));
    json["inputs"] = Json::array();
    for (const auto& package : r.inputs) json["inputs"].push_back(to_json(package));
    json["debug"] = r.debug ? to_json(*r.debug) : Json();
    return json;
}

Result<Resolution> resolution_from_json(const Json& json, const std::string& source)
{
    try {
        Resolution r{
            .name = json.at("name"), .release = json.at("release"), .version = json.at("version")};
        for (const auto& package : json.at("packages"))
            r.packages.push_back(package_from_json(package));
        for (const auto& package : json.at("inputs"))
            r.inputs.push_back(package_from_json(package));
        if (!json.at("debug").is_null()) r.debug = package_from_json(json.at("debug"));
        return r;
    } catch (const Json::exception& e) {
        return error(source, "read a kernel of the catalogue", e.what(), "remove the file");
    }
}

Result<std::map<std::string, Resolution>> recorded()
{
    std::map<std::string, Resolution> all;
    const auto path = TRY(record_path());
    if (!fs::exists(path)) return all;
    const auto json = read_json(path);
    if (!json || !json->is_object() || json->value("schema", "") != catalogue_schema) return all;
    for (const auto& kernel : json->value("kernels", Json::array()))
        if (auto r = resolution_from_json(kernel, path); r) all.emplace(r->name, std::move(*r));
    return all;
}

Result<void> record(const Resolution& resolution)
{
    const auto path = TRY(record_path());
    const auto lock = TRY(FileLock::wait(path.string() + ".lock"));
    auto all = TRY(recorded());
    all[resolution.name] = resolution;
    Json json = {{"schema", catalogue_schema}, {"kernels", Json::array()}};
    for (const auto& [name, r] : all) json["kernels"].push_back(to_json(r));
    return write_json(path, json);
}

Result<Resolution> refresh(const CatalogueRow& row)
{
    std::vector<Package> packages;
    for (const auto suite : row.suites) {
        auto some = TRY(suite_packages(std::string(suite)));
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
