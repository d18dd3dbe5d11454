// SPDX-License-Identifier: GPL-2.0-only
#include "exact/compare.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace gueway::exact {

namespace {

constexpr const char* compared[] = {"instructions", "first"};

std::string largest_stage(const Figure& before, const Figure& after)
{
    std::string_view largest;
    double most = 0;
    for (const auto stage : stages) {
        const auto was = before.value(std::string(stage)), is = after.value(std::string(stage));
        if (!was || !is || std::abs(*is - *was) <= std::abs(most)) continue;
        most = *is - *was;
        largest = stage;
    }
    return most == 0 ? "" : fmt::format("{} {:+.0f}", largest, most);
}

// What is wrong with it, whatever its size.
std::string fault(const Figure* before, const Figure* after)
{
    if (!after) return "gone";
    if (!after->error.empty())
        return before && !before->error.empty() ? "failed before, too: " + after->error
                                                : after->error;
    if (before && before->error.empty() && before->value("segments") != after->value("segments"))
        return "other segments";
    return {};
}

bool moved(double before, double after, double band)
{
    return std::abs(after - before) > band * std::abs(before);
}

std::optional<double> band_of(const std::string& value, const Limits& limits)
{
    const bool nothing_moves = limits.band == 0 && !limits.first;
    return value == compared[0] || nothing_moves ? limits.band : limits.first;
}

void judge(Change& change, const Limits& limits)
{
    const auto band = band_of(change.value, limits);
    change.outside = !change.why.empty();
    if (change.before && change.after)
        change.outside |= band && moved(*change.before, *change.after, *band);
    else if (change.before && !change.outside) {
        change.outside = true;
        change.why = "gone";
    }
}

// One of them may be null.
void add(Comparison& comparison, const Figure* before, const Figure* after, const Limits& limits)
{
    const auto why = fault(before, after);
    const bool failed_before = before && !before->error.empty();
    for (const char* value : compared) {
        Change change{.name = before ? before->name : after->name,
                      .value = value,
                      .before = before ? before->value(value) : std::nullopt,
                      .after = after ? after->value(value) : std::nullopt,
                      .why = why};
        if (!change.before && !change.after && (value != compared[0] || why.empty())) continue;
        if (before && after) change.stage = largest_stage(*before, *after);
        judge(change, limits);
        if (!change.outside && failed_before) change.why = "failed before";
        comparison.changes.push_back(std::move(change));
    }
}

// What one has otherwise than the other.
void add_differences(std::vector<std::string>& lines, const std::map<std::string, std::string>& one,
                     const std::map<std::string, std::string>& other)
{
    std::map<std::string, std::pair<std::string, std::string>> both;
    for (const auto& [name, value] : one) both[name].first = value;
    for (const auto& [name, value] : other) both[name].second = value;
    for (const auto& [name, values] : both)
        if (values.first != values.second)
            lines.push_back(fmt::format("{}: {:.60} before, {:.60} now", name,
                                        values.first.empty() ? "none" : values.first,
                                        values.second.empty() ? "none" : values.second));
}

std::string number(const std::optional<double>& value)
{
    return value ? fmt::format("{:.2f}", *value) : "-";
}

std::string difference(const Change& change)
{
    if (!change.before || !change.after) return "";
    const double by = *change.after - *change.before;
    return *change.before == 0 ? fmt::format("{:+.0f}", by)
                               : fmt::format("{:+.3f} %", 100 * by / *change.before);
}

} // namespace

size_t Comparison::outside() const
{
    return static_cast<size_t>(std::ranges::count_if(changes, &Change::outside));
}

Comparison compare(const Figures& before, const Figures& after, const Limits& limits)
{
    Comparison comparison;
    add_differences(comparison.artefacts, before.context, after.context);
    add_differences(comparison.artefacts, before.artefacts, after.artefacts);
    add_differences(comparison.artefacts, {{"stopped", before.stopped}},
                    {{"stopped", after.stopped}});
    for (const auto& figure : before.all) {
        const auto* now = after.find(figure.name);
        ++(now ? comparison.common : comparison.only_before);
        if (now || !limits.common) add(comparison, &figure, now, limits);
    }
    for (const auto& figure : after.all) {
        if (before.find(figure.name)) continue;
        ++comparison.only_after;
        if (!limits.common) add(comparison, nullptr, &figure, limits);
    }
    return comparison;
}

Table to_table(const Comparison& comparison)
{
    Table table;
    table.columns = {{"figure", Align::Left, {}, {}},    {"before", Align::Right, {}, {}},
                     {"now", Align::Right, {}, {}},      {"change", Align::Right, {}, {}},
                     {"mostly in", Align::Left, {}, {}}, {"", Align::Left, {}, {}}};
    for (const auto& change : comparison.changes) {
        const auto tone = change.outside ? Tone::Bad : Tone::Plain;
        const auto name =
            change.value == compared[0] ? change.name : change.name + " " + change.value;
        table.rows.push_back({{name},
                              {number(change.before)},
                              {number(change.after)},
                              {difference(change), tone},
                              {change.stage},
                              {(change.outside ? "OUTSIDE " : "") + change.why, tone}});
    }
    return table;
}

std::optional<double> parse_band(std::string_view text)
{
    if (text.ends_with('%')) text.remove_suffix(1);
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || !(value >= 0) ||
        !std::isfinite(value))
        return {};
    return value / 100;
}

} // namespace gueway::exact
