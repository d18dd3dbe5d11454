// SPDX-License-Identifier: GPL-2.0-only
// repair: sends requests through a director of the kernel it runs on while that is repaired and
// broken again, and writes what it measured. `netlab demo-fixes` runs it in two guests, for whose
// kernels it builds the modules (+kernel/hotfix, +kernel/mlx5ish).
#include "hotfix/counts.h"
#include "incident/repair.h"
#include "link/device.h"
#include "util/brought_module.h"
#include "util/json.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace {

using namespace gueway;

Result<void> run(RepairOptions options, const std::string& json)
{
    const auto device = TRY(LoadedModule::load(mlx5ish_kind));
    const auto hotfix = TRY(InstalledModule::install(hotfix::module_name));
    FixesResult result;
    result.device = "mlx5ish";
    result.underlay_mtu = options.mtu;
    result.size = options.size;
    for (const auto encap : {EncapType::gue, EncapType::gre}) {
        options.encap = encap;
        result.tracks.push_back(TRY(repair_under_traffic(options)));
    }
    return write_json(json, fixes_to_json(result));
}

} // namespace

int main(int argc, char** argv)
{
    RepairOptions options;
    std::string json;
    double seconds = 3;
    CLI::App app("Requests through a director while it is repaired and broken again.", "repair");
    app.add_option("--ipvs", options.ip_vs, "which ip_vs.ko this kernel has")
        ->required()
        ->check(CLI::IsMember({"vulnerable", "patched"}));
    app.add_option("--json", json, "file for the result (gueway.fixes/1)")->required();
    app.add_option("--seconds", seconds, "of each phase");
    CLI11_PARSE(app, argc, argv);
    options.span = std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
    const auto done = run(options, json);
    if (!done) fmt::print(stderr, "repair: {}\n", done.error().text());
    return done ? 0 : 1;
}
