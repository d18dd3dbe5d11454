// SPDX-License-Identifier: GPL-2.0-only
#include "incident/replay.h"

#include "demo/from_flow.h"
#include "drops/drop_histogram.h"
#include "incident/director.h"
#include "incident/path_drops.h"
#include "topology/topology.h"
#include "util/json.h"
#include "util/text.h"

#include <fmt/format.h>
#include <sys/utsname.h>

namespace gueway {

namespace {

constexpr uint64_t kib = 1024;

std::string seconds(std::chrono::milliseconds span)
{
    return fmt::format("{:.3f}", static_cast<double>(span.count()) / 1000);
}

// What the client is asked to do in one cell; the other direction carries next to nothing.
Argv client_command(const Shape& shape, const ReplayOptions& options, const fs::path& json)
{
    const bool request = shape.direction == DemoDirection::Request;
    const std::string big = std::to_string(shape.size), small = "64";
    Argv argv = {"gwflow", "client", service_endpoint(shape.family)};
    for (const auto& word :
         {std::string("--request"), request ? big : small, std::string("--response"),
          request ? small : big, std::string("--connections"), std::to_string(options.connections),
          std::string("--fresh"), std::string("--deadline"), seconds(options.deadline),
          std::string("--quiet"), std::string("--json"), json.string()})
        argv.push_back(word);
    argv.emplace_back(options.requests ? "--requests" : "--duration");
    argv.push_back(options.requests ? std::to_string(options.requests) : seconds(options.duration));
    return argv;
}

// Status 1 means that requests failed: that is what is measured here, not an error.
Result<flow::Report> run_client(const Topology& topology, const Argv& argv, const fs::path& json)
{
    const auto outcome = TRY(topology.run("client", argv));
    if (outcome.status > 1)
        return error(quoted(argv), "run",
                     fmt::format("status {}: {}", outcome.status, trim(outcome.errors)));
    return flow::from_json(TRY(read_json(json)), json);
}

Result<DemoCell> measure(const Topology& topology, const DropHistogram& drops, const Shape& shape,
                         const ReplayOptions& options)
{
    const auto directory = TRY(TempDir::make("incident"));
    const auto json = directory.path() / "flow.json";
    const auto drops_before = TRY(drops.read());
    const auto device_before = TRY(topology.counters("director", "d1"));
    const auto report = TRY(run_client(topology, client_command(shape, options, json), json));
    auto cell = demo_cell(report, shape.direction);
    cell.drops = path_drops(growth(drops_before, TRY(drops.read())));
    cell.tx_dropped =
        TRY(topology.counters("director", "d1")).tx_dropped - device_before.tx_dropped;
    return cell;
}

DemoCell failed_cell(const Shape& shape, const Error& why)
{
    DemoCell cell;
    cell.family = shape.family;
    cell.size = shape.size;
    cell.direction = shape.direction;
    cell.failure = why.text();
    return cell;
}

DemoVariant describe(const std::string& name)
{
    utsname names{};
    ::uname(&names);
    return {.name = name, .kernel = names.release, .kernel_version = names.version, .cells = {}};
}

} // namespace

std::vector<Shape> default_shapes()
{
    std::vector<Shape> shapes;
    for (const auto direction : {DemoDirection::Request, DemoDirection::Response})
        for (const uint64_t size : {32 * kib, 1024 * kib})
            for (const int family : {4, 6}) shapes.push_back({family, size, direction});
    return shapes;
}

Result<DemoVariant> replay(const ReplayOptions& options)
{
    const auto topology = TRY(Topology::build(reference(options.reference)));
    TRY(configure(topology, options.reference));
    const auto servers = TRY(start_servers(topology, options.reference));
    const auto drops = TRY(DropHistogram::start());
    auto variant = describe(options.name);
    for (const auto& shape : options.shapes) {
        auto cell = measure(topology, drops, shape, options);
        variant.cells.push_back(cell ? std::move(*cell) : failed_cell(shape, cell.error()));
    }
    return variant;
}

} // namespace gueway
