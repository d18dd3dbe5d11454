// SPDX-License-Identifier: GPL-2.0-only
// gueway.follow/1.
#include "trace/follow_json.h"

#include "trace/json_parts.h"
#include "util/text.h"

namespace gueway {

namespace {

template <class T>
Json number_or_null(const std::optional<T>& value)
{
    return or_null(value, [](T number) { return number; });
}

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
    return {{"rule", one.name}, {"text", one.text}, {"first", one.first}};
}

Json returned_json(const Returned& one)
{
    return {{"function", one.function}, {"value", one.value}, {"text", text_or_null(one.text)}};
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
    made["stack"] = list(step.stack, place_json);
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
              {"missed", report.counts.missed}}},
            {"notes", report.notes}};
}

} // namespace gueway
