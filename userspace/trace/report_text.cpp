// SPDX-License-Identifier: GPL-2.0-only
#include "trace/hook_notes.h"
#include "trace/report.h"
#include "util/text.h"

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr size_t shown_paths = 5;

std::string plural(uint64_t count, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string rate(uint64_t packets, double seconds)
{
    return seconds > 0 ? fmt::format("{:.1f}/s", double(packets) / seconds) : "";
}

std::string range(const Range& range)
{
    return range.least == range.most ? std::to_string(range.most)
                                     : fmt::format("{}-{}", range.least, range.most);
}

std::string line(std::string_view title, std::string_view content)
{
    return fmt::format("    {:<9} {}\n", title, content);
}

std::string device_text(const DropDevice& device)
{
    std::string text = device.name.empty() ? "no device" : device.name;
    if (!device.name.empty()) text += fmt::format(" (MTU {})", device.mtu);
    return device.netns.empty() ? text : text + " in " + device.netns;
}

std::string class_text(const DropClass& one)
{
    std::string text = ethertype_text(one.protocol);
    if (one.transport) text += " " + protocol_text(one.transport);
    if (one.segmented) text += " GSO";
    return fmt::format("{} {}", one.packets, text);
}

// Several in one line, the rest as a number.
template <class T, class F>
std::string listed(const std::vector<T>& all, size_t limit, F text)
{
    std::vector<std::string> parts;
    for (size_t i = 0; i < all.size() && i < limit; ++i) parts.push_back(text(all[i]));
    if (all.size() > limit) parts.push_back(fmt::format("{} more", all.size() - limit));
    return join(parts, ", ");
}

std::string source_text(const std::vector<SourceLine>& source)
{
    std::string text;
    for (const auto& one : source)
        text += line(text.empty() ? "source" : "in",
                     fmt::format("{}:{} {}", one.file, one.line, one.function));
    return text;
}

// A length says something beside what it should not exceed.
std::string against(uint32_t length, const std::vector<DropDevice>& devices)
{
    if (devices.empty() || devices.front().name.empty()) return {};
    const auto mtu = devices.front().mtu;
    return fmt::format(", {} MTU {} of {}", length > mtu ? "above" : "within", mtu,
                       devices.front().name);
}

bool of_ip(const DropGroup& group)
{
    return !group.paths.empty() || group.other_paths;
}

std::string size_text(const DropGroup& group)
{
    std::string text = range(group.length) + (of_ip(group) ? " bytes of IP packet" : " bytes");
    if (!group.segments) return text + against(group.length.most, group.devices);
    const auto& segments = *group.segments;
    text += fmt::format("; {} GSO with MSS {}", segments.packets, range(segments.mss));
    if (segments.length)
        text += fmt::format(", segments up to {} bytes", *segments.length) +
                against(*segments.length, group.devices);
    return text;
}

std::string path_text(const DropPath& path)
{
    if (path.tunnel == TunnelType::none)
        return fmt::format("{}x to {}", path.packets, path.destination);
    return fmt::format("{}x {} -> worker {} by {}", path.packets, path.destination, path.worker,
                       name(path.tunnel));
}

std::string paths_text(const DropGroup& group)
{
    std::string text;
    for (size_t i = 0; i < group.paths.size() && i < shown_paths; ++i)
        text += line(i ? "" : "path", path_text(group.paths[i]));
    uint64_t rest = group.other_paths;
    for (size_t i = shown_paths; i < group.paths.size(); ++i) rest += group.paths[i].packets;
    if (rest) text += line("", fmt::format("{}x elsewhere", rest));
    return text;
}

std::string sample_text(const DropSample& sample)
{
    const auto what = sample.layers.empty() ? sample.bytes.substr(0, 64) : sample.layers;
    return line("sample", fmt::format("{:.6f} s, CPU {}, {}, {} bytes", sample.seconds, sample.cpu,
                                      device_text(sample.device), sample.length)) +
           line("", what);
}

// The words are the same as of followed packets; how many is known here only.
std::string verdict_text(const DropVerdict& one, uint64_t judged)
{
    auto all =
        line("judged", fmt::format("{} of {} drops that were looked at:", one.packets, judged));
    const auto words = text(one.verdict); // `lines` points into it
    for (const auto part : lines(words)) all += fmt::format("    {}\n", part);
    return all;
}

std::string group_text(const DropGroup& group, double seconds)
{
    auto text =
        fmt::format("{} at {}", plural(group.packets, "packet", "packets"), group.place.text());
    if (!group.reason.empty()) text += ", " + group.reason;
    if (const auto per = rate(group.packets, seconds); !per.empty()) text += ", " + per;
    text += "\n" + source_text(group.source);
    text += line("kinds", listed(group.classes, shown_paths, class_text));
    if (group.told == 0) return text;
    if (group.told < group.packets)
        text += line("of", plural(group.told, "packet", "packets") + " that an event told of:");
    text += line("size", size_text(group)) + paths_text(group);
    text += line("device", listed(group.devices, shown_paths, device_text));
    if (group.sample) text += sample_text(*group.sample);
    for (const auto& one : group.verdicts) text += verdict_text(one, group.judged);
    return text;
}

std::string harmless_text(const DropGroup& group)
{
    return fmt::format("    {:>8} {}{}{}: {}\n", group.packets, group.place.text(),
                       group.reason.empty() ? "" : ", ", group.reason, group.harmless);
}

std::string loss_text(const DropLoss& loss)
{
    return fmt::format("{} seen: {} told, {} lost (ring full), {} not shown (left at the end); "
                       "{} not counted (table full), {} not seen (program skipped)",
                       plural(loss.seen, "free", "frees"), loss.told(), loss.ring_full,
                       loss.not_shown, loss.table_full, count_or_unknown(loss.missed));
}

} // namespace

std::string text(const DropReport& report)
{
    std::string text;
    for (const auto& group : report.drops) text += group_text(group, report.seconds) + "\n";
    if (!report.harmless.empty()) {
        text += "No drops, though the kernel counts them as such:\n";
        for (const auto& group : report.harmless) text += harmless_text(group);
        text += "\n";
    }
    text += fmt::format(
        "{} dropped at {} in {:.1f} s on {}\n", plural(report.dropped(), "packet", "packets"),
        plural(report.drops.size(), "place", "places"), report.seconds, report.kernel);
    text += loss_text(report.loss) + "\n";
    for (const auto& hook : report.hooks) text += "Hook for " + hook + "\n";
    if (!report.reasons_given) text += "This kernel gives no reasons (they came with 5.17).\n";
    for (const auto& note : report.notes) text += note + "\n";
    return text;
}

} // namespace gueway
