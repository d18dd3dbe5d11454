// SPDX-License-Identifier: GPL-2.0-only
// gueway.drops/1.
#include "trace/json_parts.h"

namespace gueway {

Json place_json(const CodePlace& place)
{
    return {{"text", place.text()},
            {"function", text_or_null(place.function)},
            {"offset", place.offset},
            {"module", text_or_null(place.module)}};
}

Json source_json(const SourceLine& line)
{
    return {{"function", line.function}, {"file", line.file}, {"line", line.line}};
}

namespace {

Json class_json(const DropClass& one)
{
    return {{"protocol", ethertype_text(one.protocol)},
            {"transport", one.transport ? Json(protocol_text(one.transport)) : Json(nullptr)},
            {"gso", one.segmented},
            {"packets", one.packets}};
}

Json range_json(const Range& range)
{
    return {{"min", range.least}, {"max", range.most}};
}

Json segments_json(const DropSegments& segments)
{
    return {{"packets", segments.packets},
            {"mss", range_json(segments.mss)},
            {"segment_bytes", number_or_null(segments.length)}};
}

Json path_json(const DropPath& path)
{
    return {{"destination", path.destination},
            {"tunnel", text_or_null(name(path.tunnel))},
            {"worker", text_or_null(path.worker)},
            {"packets", path.packets}};
}

Json device_json(const DropDevice& device)
{
    return {{"netns", text_or_null(device.netns)},
            {"name", text_or_null(device.name)},
            {"mtu", device.name.empty() ? Json(nullptr) : Json(device.mtu)}};
}

Json counted_device_json(const DropDevice& device)
{
    auto made = device_json(device);
    made["packets"] = device.packets;
    return made;
}

Json sample_json(const DropSample& sample)
{
    return {{"seconds", sample.seconds},
            {"cpu", sample.cpu},
            {"length", sample.length},
            {"device", device_json(sample.device)},
            {"layers", text_or_null(sample.layers)},
            {"bytes", sample.bytes}};
}

Json verdict_json(const DropVerdict& one)
{
    auto made = to_json(one.verdict);
    made["packets"] = one.packets;
    return made;
}

Json group_json(const DropGroup& group, double seconds)
{
    return {{"place", place_json(group.place)},
            {"source", list(group.source, source_json)},
            {"reason", text_or_null(group.reason)},
            {"harmless", text_or_null(group.harmless)},
            {"packets", group.packets},
            {"bytes", group.bytes},
            {"per_second", seconds > 0 ? Json(double(group.packets) / seconds) : Json(nullptr)},
            {"classes", list(group.classes, class_json)},
            {"told", group.told},
            {"length", group.told ? range_json(group.length) : Json(nullptr)},
            {"gso", or_null(group.segments, segments_json)},
            {"paths", list(group.paths, path_json)},
            {"other_paths", group.other_paths},
            {"devices", list(group.devices, counted_device_json)},
            {"sample", or_null(group.sample, sample_json)},
            {"judged", group.judged},
            {"verdicts", list(group.verdicts, verdict_json)}};
}

Json loss_json(const DropLoss& loss)
{
    return {{"seen", loss.seen},
            {"table_full", loss.table_full},
            {"emitted", loss.emitted},
            {"lost", loss.ring_full},
            {"missed", number_or_null(loss.missed)},
            {"not_shown", loss.not_shown}};
}

} // namespace

Json to_json(const DropReport& report)
{
    const auto group = [&](const DropGroup& one) { return group_json(one, report.seconds); };
    return {{"schema", "gueway.drops/1"},
            {"kernel", report.kernel},
            {"seconds", report.seconds},
            {"start_ms", report.start_ms},
            {"detach_ms", report.detach_ms},
            {"hooks", report.hooks},
            {"reasons_given", report.reasons_given},
            {"notes", report.notes},
            {"counts", loss_json(report.loss)},
            {"dropped", report.dropped()},
            {"drops", list(report.drops, group)},
            {"harmless", list(report.harmless, group)}};
}

} // namespace gueway
