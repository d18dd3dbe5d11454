// SPDX-License-Identifier: GPL-2.0-only
// The demo's model to and from gueway.demo/1.
#include "demo/json_parts.h"
#include "demo/model.h"

#include <string_view>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::string_view schema = "gueway.demo/1";
using namespace demo_json;

constexpr std::string_view request = "request";
constexpr std::string_view response = "response";

Json to_json(const DemoCell& cell)
{
    Json drops = Json::array();
    for (const auto& drop : cell.drops) drops.push_back(drop_json(drop));
    return {{"family", static_cast<uint64_t>(cell.family)},
            {"size_bytes", cell.size},
            {"direction", cell.direction == DemoDirection::Request ? request : response},
            {"latencies_ns", cell.latencies},
            {"timed_out", cell.timed_out},
            {"deadline_ns", cell.deadline},
            {"bytes", cell.bytes},
            {"duration_ns", cell.duration},
            {"interval_ns", cell.interval},
            {"timeline_bytes", cell.timeline},
            {"retransmits", cell.retransmits},
            {"drops", drops},
            {"tx_dropped", cell.tx_dropped},
            {"failure", cell.failure}};
}

DemoDirection read_direction(const Json& json)
{
    if (json == request) return DemoDirection::Request;
    if (json == response) return DemoDirection::Response;
    throw Mistyped{fmt::format("direction {} is neither \"{}\" nor \"{}\"", dump_json_line(json),
                               request, response)};
}

int read_family(const Json& json)
{
    const int family = number<int>(json);
    if (family != 4 && family != 6) throw Mistyped{fmt::format("family {} is not 4 or 6", family)};
    return family;
}

DemoCell read_cell(const Json& json)
{
    DemoCell cell;
    cell.family = read_family(json.at("family"));
    cell.size = number<uint64_t>(json.at("size_bytes"));
    cell.direction = read_direction(json.at("direction"));
    cell.latencies = list(json.at("latencies_ns"), number<uint64_t>);
    cell.timed_out = number<uint64_t>(json.at("timed_out"));
    cell.deadline = number<uint64_t>(json.at("deadline_ns"));
    cell.bytes = number<uint64_t>(json.at("bytes"));
    cell.duration = number<uint64_t>(json.at("duration_ns"));
    cell.interval = number<uint64_t>(json.at("interval_ns"));
    cell.timeline = list(json.at("timeline_bytes"), number<uint64_t>);
    cell.retransmits = number<uint64_t>(json.at("retransmits"));
    cell.drops = list(json.at("drops"), read_drop);
    cell.tx_dropped = number<uint64_t>(json.at("tx_dropped"));
    cell.failure = json.at("failure");
    return cell;
}

Json to_json(const DemoVariant& variant)
{
    Json cells = Json::array();
    for (const auto& cell : variant.cells) cells.push_back(to_json(cell));
    return {{"name", variant.name},
            {"kernel", variant.kernel},
            {"kernel_version", variant.kernel_version},
            {"cells", cells}};
}

DemoVariant read_variant(const Json& json)
{
    return {json.at("name"), json.at("kernel"), json.at("kernel_version"),
            list(json.at("cells"), read_cell)};
}

Json to_json(const DemoOffsets& offsets)
{
    return {{"network", offsets.network},
            {"transport", offsets.transport},
            {"inner_mac_unfixed", offsets.inner_mac_unfixed},
            {"inner_network", offsets.inner_network}};
}

DemoOffsets read_offsets(const Json& json)
{
    return {number<uint32_t>(json.at("network")), number<uint32_t>(json.at("transport")),
            number<uint32_t>(json.at("inner_mac_unfixed")),
            number<uint32_t>(json.at("inner_network"))};
}

DemoResult read_result(const Json& json)
{
    DemoResult result;
    result.command = json.at("command");
    result.finished = json.at("finished");
    result.lane = json.at("lane");
    result.underlay_mtu = number<uint32_t>(json.at("underlay_mtu"));
    result.mss = number<uint32_t>(json.at("mss"));
    result.offsets = read_offsets(json.at("offsets"));
    result.variants = list(json.at("variants"), read_variant);
    return result;
}

} // namespace

Json demo_to_json(const DemoResult& result)
{
    Json variants = Json::array();
    for (const auto& variant : result.variants) variants.push_back(to_json(variant));
    return {{"schema", schema},
            {"command", result.command},
            {"finished", result.finished},
            {"lane", result.lane},
            {"underlay_mtu", result.underlay_mtu},
            {"mss", result.mss},
            {"offsets", to_json(result.offsets)},
            {"variants", variants}};
}

Result<DemoResult> demo_from_json(const Json& json, const std::string& source)
{
    return read_document(json, source, schema, read_result);
}

} // namespace gueway
