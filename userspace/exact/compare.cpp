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

std::string reason(const Figure* before, const Figure* after)
{
    if (!after) return "gone";
    if (!before || !before->error.empty()) return {};
    if (!after->error.empty()) return after->error;
    if (before->value("segments") != after->value("segments")) return "other segments";
    return {};
}

bool moved(double before, double after, double band)
{
    return std::abs(after - before) > band * std::abs(before);
}

void add(Comparison& comparison, const Figure* before, const Figure* after, double band)
{
    const auto why = reason(before, after);
    const auto& name = before ? before->name : after->name;
    for (const char* value : compared) {
        Change change{.name = name,
                      .value = value,
                      .before = before ? before->value(value) : std::nullopt,
                      .after = after ? after->value(value) : std::nullopt,
                      .why = why};
        if (!change.before && !change.after && (change.value != compared[0] || why.empty()))
            continue;
        if (before && after) change.stage = largest_stage(*before, *after);
        change.outside = !why.empty() || (change.before && change.after &&
                                          moved(*change.before, *change.after, band));
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

Comparison compare(const Figures& before, const Figures& after, double band)
{
    Comparison comparison;
    add_differences(comparison.artefacts, before.context, after.context);
    add_differences(comparison.artefacts, before.artefacts, after.artefacts);
    for (const auto& figure : before.all) add(comparison, &figure, after.find(figure.name), band);
    for (const auto& figure : after.all)
        if (!before.find(figure.name)) add(comparison, nullptr, &figure, band);
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
                              {change.outside ? "OUTSIDE " + change.why : "", tone}});
    }
    return table;
}

std::optional<double> parse_band(std::string_view text)
{
    if (text.ends_with('%')) text.remove_suffix(1);
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || !(value >= 0)) return {};
    return value / 100;
}

} // namespace gueway::exact
