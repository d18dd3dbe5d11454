// SPDX-License-Identifier: GPL-2.0-only
#include "kernels.h"

#include "commands.h"
#include "lab/kernel.h"
#include "lab/progress.h"
#include "report/table.h"
#include "util/json.h"
#include "util/text.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

constexpr const char* kernels_schema = "gueway.kernels/1";

// What table and JSON are made from.
struct Row {
    const CatalogueRow* row;
    Result<Resolution> found;
    bool cached = false;
};

std::vector<Row> all_rows()
{
    std::vector<Row> rows;
    for (const auto& row : catalogue()) {
        auto found = find_resolution(std::string(row.name));
        const bool cached = found && is_cached(*found);
        rows.push_back({&row, std::move(found), cached});
    }
    return rows;
}

Table table_of(const std::vector<Row>& rows)
{
    Table table;
    table.columns = {{"name"},  {"release"}, {"version"}, {"suite"}, {"size", Align::Right},
                     {"cached"}};
    for (const auto& r : rows) {
        const std::string name(r.row->name);
        if (!r.found) {
            table.rows.push_back({{name}, {"not resolved"}});
            continue;
        }
        table.rows.push_back({{name},
                              {r.found->release},
                              {r.found->version},
                              {r.found->packages.front().suite},
                              {human_bytes(r.found->size())},
                              {r.cached ? "yes" : "no"}});
    }
    return table;
}

// {"schema", "kernels": [{"name", "description", and "release", "version", "suite", "size" in
// bytes, "cached"; or "error"}]}
Json json_of(const std::vector<Row>& rows)
{
    Json kernels = Json::array();
    for (const auto& r : rows) {
        Json kernel = {{"name", r.row->name}, {"description", r.row->description}};
        if (r.found) {
            kernel["release"] = r.found->release;
            kernel["version"] = r.found->version;
            kernel["suite"] = r.found->packages.front().suite;
            kernel["size"] = r.found->size();
            kernel["cached"] = r.cached;
        } else {
            kernel["error"] = r.found.error().text();
        }
        kernels.push_back(std::move(kernel));
    }
    return {{"schema", kernels_schema}, {"kernels", std::move(kernels)}};
}

int show(bool json, bool verbose)
{
    progress().set_verbose(verbose);
    const auto rows = all_rows();
    fmt::print("{}", json ? dump_json(json_of(rows)) : table_text(table_of(rows)));
    int status = 0;
    for (const auto& r : rows) {
        if (r.found) continue;
        status = 1;
        complain(r.found.error());
    }
    return status;
}

} // namespace

void add_kernels(CLI::App& app, int& status)
{
    auto* command = app.add_subcommand("kernels", "list the kernels that are known by name");
    struct Options {
        bool json = false, verbose = false;
    };
    const auto options = std::make_shared<Options>();
    command->add_flag("--json", options->json, "print JSON instead of a table");
    command->add_flag("-v,--verbose", options->verbose, "name each download");
    command->callback([options, &status] { status = show(options->json, options->verbose); });
}

} // namespace gueway
