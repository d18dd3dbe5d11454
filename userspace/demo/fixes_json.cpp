// SPDX-License-Identifier: GPL-2.0-only
// The model of fixes to and from gueway.fixes/1.
#include "demo/fixes.h"
#include "demo/json_parts.h"

#include <string_view>

namespace gueway {

namespace {

using namespace demo_json;

constexpr std::string_view schema = "gueway.fixes/1";

Json phase_json(const FixesPhase& phase)
{
    Json drops = Json::array();
    for (const auto& drop : phase.drops) drops.push_back(drop_json(drop));
    return {{"name", phase.name},
            {"command", phase.command},
            {"repaired", phase.repaired},
            {"begin_ns", phase.begin},
            {"end_ns", phase.end},
            {"drops", std::move(drops)},
            {"tx_dropped", phase.tx_dropped}};
}

FixesPhase read_phase(const Json& json)
{
    return {json.at("name"),
            json.at("command"),
            json.at("repaired").get<bool>(),
            number<uint64_t>(json.at("begin_ns")),
            number<uint64_t>(json.at("end_ns")),
            list(json.at("drops"), read_drop),
            number<uint64_t>(json.at("tx_dropped"))};
}

Json track_json(const FixesTrack& track)
{
    Json phases = Json::array();
    for (const auto& phase : track.phases) phases.push_back(phase_json(phase));
    return {{"encap", track.encap},
            {"ip_vs", track.ip_vs},
            {"kernel", track.kernel},
            {"phases", std::move(phases)},
            {"begins_ns", track.begins},
            {"latencies_ns", track.latencies},
            {"timed_out", track.timed_out},
            {"failed", track.failed},
            {"failure", track.failure},
            {"resent", track.resent},
            {"interval_ns", track.interval},
            {"timeline_bytes", track.bytes},
            {"timeline_dropped", track.dropped}};
}

FixesTrack read_track(const Json& json)
{
    FixesTrack track;
    track.encap = json.at("encap");
    track.ip_vs = json.at("ip_vs");
    track.kernel = json.at("kernel");
    track.phases = list(json.at("phases"), read_phase);
    track.begins = list(json.at("begins_ns"), number<uint64_t>);
    track.latencies = list(json.at("latencies_ns"), number<uint64_t>);
    if (track.begins.size() != track.latencies.size())
        throw Mistyped{"begins_ns and latencies_ns are not of one length"};
    track.timed_out = number<uint64_t>(json.at("timed_out"));
    track.failed = number<uint64_t>(json.at("failed"));
    track.failure = json.at("failure");
    track.resent = number<uint64_t>(json.at("resent"));
    track.interval = number<uint64_t>(json.at("interval_ns"));
    if (track.interval == 0) throw Mistyped{"interval_ns is 0"};
    track.bytes = list(json.at("timeline_bytes"), number<uint64_t>);
    track.dropped = list(json.at("timeline_dropped"), number<uint64_t>);
    return track;
}

FixesResult read_result(const Json& json)
{
    FixesResult result;
    result.command = json.at("command");
    result.finished = json.at("finished");
    result.lane = json.at("lane");
    result.device = json.at("device");
    result.underlay_mtu = number<uint32_t>(json.at("underlay_mtu"));
    result.size = number<uint64_t>(json.at("size_bytes"));
    result.tracks = list(json.at("tracks"), read_track);
    return result;
}

} // namespace

Json fixes_to_json(const FixesResult& result)
{
    Json tracks = Json::array();
    for (const auto& track : result.tracks) tracks.push_back(track_json(track));
    return {{"schema", schema},
            {"command", result.command},
            {"finished", result.finished},
            {"lane", result.lane},
            {"device", result.device},
            {"underlay_mtu", result.underlay_mtu},
            {"size_bytes", result.size},
            {"tracks", std::move(tracks)}};
}

Result<FixesResult> fixes_from_json(const Json& json, const std::string& source)
{
    return read_document(json, source, schema, read_result);
}

} // namespace gueway
