// SPDX-License-Identifier: GPL-2.0-only
#include "drops/drop_histogram.h"

#include "util/text.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>
#include <utility>

namespace gueway {

namespace {

// The text between `before` and the next of `after`, blanks trimmed.
std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after)
{
    const auto begin = text.find(before);
    if (begin == text.npos) return {};
    text.remove_prefix(begin + before.size());
    return trim(text.substr(0, text.find_first_of(after)));
}

void most_first(std::vector<DropCount>& counts)
{
    std::stable_sort(counts.begin(), counts.end(),
                     [](const auto& a, const auto& b) { return a.packets > b.packets; });
}

std::string reason_name(uint64_t number, const std::map<int, std::string>& reasons)
{
    const auto known =
        std::in_range<int>(number) ? reasons.find(static_cast<int>(number)) : reasons.end();
    return known == reasons.end() ? "reason " + std::to_string(number) : known->second;
}

// A kernel symbol with an offset, or an address that has no symbol.
bool is_place(std::string_view text)
{
    return !text.empty() && text[0] != '+' && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) || std::string_view("_.$+").find(c) != std::string_view::npos;
    });
}

// { location: [ffffffff9b1acfc4] validate_xmit_skb+0x2b4/0x350   , reason:   1 } hitcount:   75
Result<DropCount> parse_entry(std::string_view line, const std::map<int, std::string>& reasons)
{
    const auto unreadable =
        error("histogram of " + std::string(kfree_skb_event), "read", std::string(line));
    const auto keys = line.substr(0, line.find('}'));
    const auto place = between(keys, "] ", "/ ,").value_or("");
    const auto hits = between(line.substr(keys.size()), "hitcount:", "\n").value_or("");
    const auto count = parse_number<uint64_t>(hits);
    if (!is_place(place) || !count) return unreadable;
    const auto reason = between(keys, "reason:", ",");
    if (!reason) return DropCount{std::string(place), "", *count};
    const auto number = parse_number<uint64_t>(*reason);
    if (!number) return unreadable;
    return DropCount{std::string(place), reason_name(*number, reasons), *count};
}

} // namespace

std::map<int, std::string> parse_reasons(std::string_view format)
{
    std::map<int, std::string> reasons;
    const auto list = format.find("REC->reason, ");
    if (list == format.npos) return reasons;
    for (const auto piece : split(format.substr(list), '{')) {
        const auto name = between(piece, "\"", "\"");
        const auto value = parse_number<int>(trim(piece.substr(0, piece.find(','))));
        if (name && value) reasons.emplace(*value, *name);
    }
    return reasons;
}

Result<std::vector<DropCount>> parse_histogram(std::string_view text,
                                               const std::map<int, std::string>& reasons)
{
    std::vector<DropCount> counts;
    for (const auto line : lines(text)) {
        if (line.starts_with('{')) counts.push_back(TRY(parse_entry(line, reasons)));
        if (const auto lost = between(line, "Dropped:", "\n"); lost && *lost != "0")
            return error("histogram of " + std::string(kfree_skb_event), "read",
                         std::string(*lost) + " packets found no room in it");
    }
    most_first(counts);
    return counts;
}

std::vector<DropCount> growth(const std::vector<DropCount>& earlier,
                              const std::vector<DropCount>& later)
{
    std::vector<DropCount> grown;
    for (auto count : later) {
        for (const auto& old : earlier)
            if (old.place == count.place && old.reason == count.reason)
                count.packets -= std::min(old.packets, count.packets);
        if (count.packets > 0) grown.push_back(std::move(count));
    }
    most_first(grown);
    return grown;
}

Result<DropHistogram> DropHistogram::start()
{
    DropHistogram histogram(TRY(TracingInstance::create("histogram")), {});
    const auto directory = histogram.instance_.path() / kfree_skb_event;
    histogram.reasons_ = parse_reasons(TRY(read_file(directory / "format")));
    const std::string keys = histogram.reasons_.empty() ? "" : ",reason";
    if (!write_existing(directory / "trigger", "hist:keys=location.sym-offset" + keys))
        return Error{kfree_skb_event, "count drops", ENOTSUP,
                     "the kernel has no histogram triggers",
                     "use a kernel with CONFIG_HIST_TRIGGERS"};
    return histogram;
}

Result<std::vector<DropCount>> DropHistogram::read() const
{
    return parse_histogram(TRY(read_file(instance_.path() / kfree_skb_event / "hist")), reasons_);
}

} // namespace gueway
