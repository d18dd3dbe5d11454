// SPDX-License-Identifier: GPL-2.0-only
#include "fetch.h"

#include "commands.h"
#include "lab/interrupt.h"
#include "lab/kernel.h"
#include "lab/progress.h"
#include "util/text.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    std::vector<std::string> names;
    bool debuginfo = false, verbose = false;
};

constexpr int failed = 1;
constexpr int usage_error = 2;

// Out of reach of the archive, a kernel that is in the cache is as good as fetched.
Result<void> refresh_or_keep(const CatalogueRow& row)
{
    const auto now = refresh(row);
    if (now) return {};
    const auto known = TRY(recorded());
    const auto old = known.find(std::string(row.name));
    if (old == known.end() || !is_cached(old->second)) return now.error();
    Error lost = now.error();
    lost.remedy = fmt::format("keeping {} {} of the cache", row.name, old->second.version);
    progress().note(lost.text());
    return {};
}

Result<void> fetch_debug(const std::string& name)
{
    const auto resolution = TRY(find_resolution(name));
    if (resolution.debug)
        progress().note(fmt::format("{}: debug information is {}, and several times that unpacked",
                                    name, human_bytes(resolution.debug->size)));
    fmt::print("{:<10}  {}\n", name, TRY(fetch_debuginfo(name)).string());
    return {};
}

Result<void> fetch(const CatalogueRow& row, bool debuginfo)
{
    TRY(refresh_or_keep(row));
    const auto kernel = TRY(find_kernel(std::string(row.name)));
    if (!TRY(find_resolution(kernel.name)).inputs.empty()) TRY(find_build_inputs(kernel.name));
    fmt::print("{:<10}  {}  {}\n", kernel.name, kernel.release, kernel.version);
    if (debuginfo) TRY(fetch_debug(kernel.name));
    return {};
}

Result<std::vector<const CatalogueRow*>> chosen(const Options& options)
{
    std::vector<const CatalogueRow*> rows;
    if (options.names.empty() && options.debuginfo)
        return error("netlab fetch --debuginfo", "read arguments", "no kernel is named",
                     "name those you need, each is hundreds of MB: " + known_names());
    if (options.names.empty())
        for (const auto& row : catalogue()) rows.push_back(&row);
    for (const auto& name : options.names) {
        rows.push_back(find_row(name));
        if (!rows.back()) return find_resolution(name).error();
    }
    return rows;
}

int run(const Options& options)
{
    progress().set_verbose(options.verbose);
    const auto rows = chosen(options);
    if (!rows) return complain(rows.error()), usage_error;
    int status = 0;
    for (const auto* row : *rows) {
        if (interrupted()) return failed;
        if (const auto fetched = fetch(*row, options.debuginfo); !fetched) {
            complain(fetched.error());
            status = failed;
        }
    }
    fmt::print("{}\n", progress().total().text());
    return status;
}

} // namespace

void add_fetch(CLI::App& app, int& status)
{
    auto* command = app.add_subcommand(
        "fetch", "ask the archive for kernels and download them with what ip_vs is built from");
    const auto options = std::make_shared<Options>();
    command->add_option("NAME", options->names,
                        "which ones; all when none is named: " + known_names());
    command->add_flag("--debuginfo", options->debuginfo,
                      "their debug information too, hundreds of MB each");
    command->add_flag("-v,--verbose", options->verbose, "name each download");
    command->callback([options, &status] { status = run(*options); });
}

} // namespace gueway
