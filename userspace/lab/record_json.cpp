// SPDX-License-Identifier: GPL-2.0-only
// gueway.catalogue/1, both ways.
#include "lab/catalogue.h"
#include "util/json.h"

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

// Raised while reading a kernel, as the library's own exceptions are, and caught at this file's
// border.
struct Damaged {};

Package package_from_json(const Json& json)
{
    const auto size = integer<uint64_t>(json.at("size"));
    if (!size) throw Damaged{};
    return {json.at("package"), json.at("version"), json.at("sha256"), *size, json.at("suite")};
}

Json to_json(const std::vector<Package>& packages)
{
    Json list = Json::array();
    for (const auto& package : packages) list.push_back(to_json(package));
    return list;
}

Json to_json(const Resolution& r)
{
    return {{"name", r.name},
            {"release", r.release},
            {"version", r.version},
            {"packages", to_json(r.packages)},
            {"inputs", to_json(r.inputs)},
            {"debug", r.debug ? to_json(*r.debug) : Json()},
            {"source", r.source ? to_json(*r.source) : Json()}};
}

std::vector<Package> packages_from_json(const Json& json)
{
    std::vector<Package> packages;
    for (const auto& package : json) packages.push_back(package_from_json(package));
    return packages;
}

Resolution resolution_from_json(const Json& json)
{
    Resolution r{.name = json.at("name"),
                 .release = json.at("release"),
                 .version = json.at("version"),
                 .packages = packages_from_json(json.at("packages")),
                 .inputs = packages_from_json(json.at("inputs"))};
    if (!json.at("debug").is_null()) r.debug = package_from_json(json.at("debug"));
    // Earlier records have none.
    if (json.contains("source") && !json.at("source").is_null())
        r.source = package_from_json(json.at("source"));
    return r;
}

void read_kernel(const Json& json, Record& record)
{
    try {
        auto r = resolution_from_json(json);
        if (!r.packages.empty()) record.emplace(r.name, std::move(r));
    } catch (const Json::exception&) {
        return; // a member is missing or of another type
    } catch (const Damaged&) {
        return;
    }
}

} // namespace

Json to_json(const Record& record)
{
    Json kernels = Json::array();
    for (const auto& [name, resolution] : record) kernels.push_back(to_json(resolution));
    return {{"schema", catalogue_schema}, {"kernels", std::move(kernels)}};
}

Record record_from_json(const Json& json)
{
    Record record;
    const auto member = [&](const char* key) {
        return json.is_object() && json.contains(key) ? json.at(key) : Json();
    };
    if (member("schema") != catalogue_schema) return record;
    for (const auto& kernel : member("kernels")) read_kernel(kernel, record);
    return record;
}

} // namespace gueway
