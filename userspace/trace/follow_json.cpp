// SPDX-License-Identifier: GPL-2.0-only
// gueway.follow/1.
#include "trace/follow_json.h"

#include "trace/json_parts.h"
#include "util/text.h"

namespace gueway {

namespace {

Json ip_json(const IpLayer& ip, const std::optional<TransportLayer>& transport)
{
    Json made = {{"source", ip.source.text()},
                 {"destination", ip.destination.text()},
                 {"protocol", protocol_text(ip.protocol)},
                 {"source_port", nullptr},
                 {"destination_port", nullptr},
                 {"flags", nullptr},
                 {"dont_fragment", ip.dont_fragment}};
    if (!transport) return made;
    made["source_port"] = transport->source;
    made["destination_port"] = transport->destination;
    made["flags"] = text_or_null(transport->flags);
    return made;
}

Json headers_json(const HeaderOffsets& headers)
{
    return {{"mac", number_or_null(headers.mac)},
            {"network", number_or_null(headers.network)},
            {"transport", number_or_null(headers.transport)}};
}

Json device_json(const StepDevice& device)
{
    if (device.name.empty()) return nullptr;
    return {{"name", device.name}, {"index", device.index}, {"mtu", device.mtu}};
}

Json gso_json(const StepGso& gso)
{
    if (gso.size == 0) return nullptr;
    return {{"mss", gso.size}, {"segments", gso.segments}, {"type", gso.type}};
}

Json broken_json(const BrokenInvariant& one)
{
    return {{"rule", one.name},
            {"text", one.text},
            {"first", one.first},
            {"after", text_or_null(one.after)}};
}

Json returned_json(const Returned& one)
{
    return {{"function", one.function}, {"value", one.value}, {"text", text_or_null(one.text)}};
}

Json frame_json(const StackFrame& frame)
{
    return {{"place", place_json(frame.place)}, {"source", list(frame.source, source_json)}};
}

Json buffer_json(const HeaderBuffer& buffer)
{
    return {{"data", buffer.data}, {"tail", buffer.tail}, {"end", buffer.end}};
}

Json checksum_json(const HeaderChecksum& checksum)
{
    return {{"start", checksum.start}, {"offset", checksum.offset}};
}

Json tunnel_header_json(const TunnelHeader& header)
{
    return {{"bytes", header.length()}, {"computed", true}, {"text", header.text()}};
}

Json endpoint_json(const Endpoint& endpoint)
{
    if (!endpoint.known()) return nullptr;
    return {{"address", endpoint.address.text()}, {"port", endpoint.port}};
}

Json ipvs_json(const IpvsFacts& ipvs)
{
    return {{"text", ipvs.text()},
            {"derived", ipvs.derived},
            {"protocol", protocol_text(ipvs.protocol)},
            {"client", endpoint_json(ipvs.client)},
            {"vip", endpoint_json(ipvs.vip)},
            {"worker", endpoint_json(ipvs.worker)},
            {"fwmark", ipvs.fwmark},
            {"encap", or_null(ipvs.encap, [](const Encap& encap) { return text(encap); })},
            {"weight", number_or_null(ipvs.weight)},
            {"scheduler", text_or_null(ipvs.scheduler)},
            {"service_flags", ipvs.service_flags},
            {"flags", ipvs.flags},
            {"state", number_or_null(ipvs.state)}};
}

Json icmp_json(const IcmpAnswer& icmp)
{
    return {{"text", icmp.text()},
            {"type", icmp.type},
            {"code", icmp.code},
            {"mtu", number_or_null(icmp.mtu())}};
}

Json chain_json(const NetfilterChain& chain)
{
    return {{"table", chain.table}, {"chain", chain.chain}};
}

Json counted_json(const Judgement& judgement)
{
    auto made = to_json(judgement.verdict);
    made["packets"] = judgement.packets;
    made["packet"] = judgement.packet;
    made["piece"] = judgement.piece;
    return made;
}

void add_headers(Json& made, const Step& step)
{
    const auto& layers = step.layers;
    made["ethertype"] = ethertype_text(step.protocol);
    made["layers"] = text_or_null(layers.text());
    made["tunnel"] = text_or_null(name(layers.tunnel));
    made["outer"] = layers.outer ? ip_json(*layers.outer, layers.carrier) : Json(nullptr);
    made["ip"] = layers.inner ? ip_json(*layers.inner, layers.transport) : Json(nullptr);
    made["length"] = step.length;
    made["gso"] = gso_json(step.gso);
    made["encapsulation"] = step.encapsulation;
    made["headers"] = headers_json(step.headers);
    made["inner_headers"] = headers_json(step.inner);
    made["buffer"] = buffer_json(step.buffer);
    made["checksum"] = or_null(step.checksum, checksum_json);
    made["tunnel_header"] = or_null(step.tunnel_header, tunnel_header_json);
    made["bytes"] = hexadecimal(step.bytes);
}

} // namespace

Json to_json(const FollowBegin& begin)
{
    return {{"type", "begin"},
            {"schema", "gueway.follow/1"},
            {"kernel", begin.kernel},
            {"filter", begin.filter},
            {"about", begin.about},
            {"unix_ns", begin.unix_ns},
            {"monotonic_ns", begin.monotonic_ns},
            {"start_ms", begin.start_ms},
            {"hooks", begin.hooks}};
}

Json to_json(const Step& step)
{
    Json made = {{"type", "step"},
                 {"packet", step.packet},
                 {"piece", step.piece},
                 {"parent", step.parent ? Json(step.parent) : Json(nullptr)},
                 {"time_ns", step.time},
                 {"microseconds", step.microseconds},
                 {"cpu", step.cpu},
                 {"what", name(step.kind)},
                 {"function", text_or_null(step.function)},
                 {"place", or_null(step.place, place_json)},
                 {"reason", text_or_null(step.reason)},
                 {"source", list(step.source, source_json)},
                 {"harmless", text_or_null(step.harmless)},
                 {"netns", text_or_null(step.netns)},
                 {"device", device_json(step.device)}};
    add_headers(made, step);
    made["broken"] = list(step.broken, broken_json);
    made["returned"] = list(step.returned, returned_json);
    made["stack"] = list(step.stack, frame_json);
    made["ipvs"] = or_null(step.ipvs, ipvs_json);
    made["icmp"] = or_null(step.icmp, icmp_json);
    made["chain"] = or_null(step.chain, chain_json);
    return made;
}

// The words are there once: `like` is the drop that got the same before.
Json to_json(const Judgement& judgement, const Step& drop)
{
    const bool first = judgement.packets == 1;
    Json made = {{"type", "verdict"}, {"packet", drop.packet}, {"piece", drop.piece}};
    made["like"] =
        first ? Json(nullptr) : Json{{"packet", judgement.packet}, {"piece", judgement.piece}};
    made["verdict"] =
        first ? to_json(judgement.verdict) : Json{{"name", text_or_null(judgement.verdict.name)}};
    return made;
}

Json to_json(const FollowReport& report)
{
    const auto& totals = report.counts.totals;
    return {{"type", "end"},
            {"seconds", report.seconds},
            {"detach_ms", report.detach_ms},
            {"arrived", totals.arrived},
            {"dropped", report.dropped},
            {"counts",
             {{"seen", totals.seen},
              {"emitted", totals.emitted},
              {"lost", totals.ring_full},
              {"table_full", totals.table_full},
              {"unread", totals.unread},
              {"segments_left", totals.segments_left},
              {"missed", number_or_null(report.counts.missed)},
              {"not_shown", report.counts.not_shown},
              {"still_followed", report.counts.still_followed}}},
            {"verdicts", list(report.verdicts, counted_json)},
            {"other_verdicts", report.other_verdicts},
            {"hooked", report.hooked},
            {"notes", report.notes}};
}

} // namespace gueway
