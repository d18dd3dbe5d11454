// SPDX-License-Identifier: GPL-2.0-only
#include "demo/fixes_charts.h"

#include "demo/fixes_tables.h"
#include "report/number.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

namespace gueway {

namespace {

// As wide as the page.
constexpr int chart_width = 860;
constexpr int chart_height = 170;
constexpr int label_room = 48; // for the values: charts below each other share their times
constexpr int value_ticks = 4;
constexpr int time_ticks = 12;

using Value = std::function<std::optional<double>(const FixesMoment&)>;

std::string times(double ratio)
{
    return tick_number(ratio) + "×";
}

Tone tone_of(const FixesPhase* phase)
{
    if (!phase) return Tone::Quiet;
    return phase->repaired ? Tone::Good : Tone::Bad;
}

// One line for each phase, so that each has its colour; it ends where the next begins.
std::vector<Series> series_of(const std::vector<FixesMoment>& moments, const Value& value)
{
    std::vector<Series> out;
    const FixesPhase* before = nullptr;
    double last = 0;
    for (const auto& moment : moments) {
        const auto now = value(moment);
        if (out.empty() || moment.phase != before) {
            if (!out.empty()) out.back().points.push_back({moment.begin, last});
            out.push_back({.name = moment.phase ? moment.phase->name : "a change",
                           .tone = tone_of(moment.phase)});
            if (!now) out.back().points.push_back({moment.begin, last});
        }
        before = moment.phase;
        if (!now) continue; // the last value holds
        if (!out.back().points.empty() || out.size() == 1)
            out.back().points.push_back({moment.begin, *now});
        else
            out.back().points = {{moment.begin, last}, {moment.begin, *now}};
        last = *now;
    }
    if (!out.empty()) out.back().points.push_back({moments.back().end, last});
    return out;
}

Chart chart_of(const std::vector<FixesMoment>& moments, const std::vector<Mark>& marks,
               const std::string& title, const Value& value)
{
    Chart chart;
    chart.title = title;
    chart.x = {{ScaleKind::Linear, 0, moments.back().end}, {}, tick_time, time_ticks};
    chart.series = series_of(moments, value);
    chart.marks = marks;
    chart.width = chart_width;
    chart.left = label_room;
    chart.height = chart_height;
    for (const auto& series : chart.series) {
        double most = 0;
        for (const auto& point : series.points) most = std::max(most, point.y);
        chart.description += fmt::format("{}: up to {}. ", series.name, figures(most));
    }
    return chart;
}

double largest(const std::vector<FixesMoment>& moments, const Value& value, double least)
{
    for (const auto& moment : moments) least = std::max(least, value(moment).value_or(0));
    return least;
}

} // namespace

std::vector<Chart> fixes_charts(const FixesResult& result, const FixesLine& line)
{
    const auto moments = fixes_moments(result, line);
    if (moments.empty()) return {};
    std::vector<Mark> marks;
    for (const auto& figures : fixes_figures(result, line))
        marks.push_back({static_cast<double>(figures.offset + figures.phase->begin) * 1e-9,
                         figures.phase->name});

    const Value latency = [](const FixesMoment& moment) { return moment.latency; };
    const Value rate = [](const FixesMoment& moment) { return moment.rate; };
    const Value dropped = [](const FixesMoment& moment) {
        return static_cast<double>(moment.dropped);
    };
    std::vector<Chart> out;
    out.push_back(chart_of(
        moments, marks,
        line.encap + ": latency, the slowest of the requests that began in each 100 ms", latency));
    out.back().y = {
        nice_scale(ScaleKind::Log, 0.5, largest(moments, latency, 2)), {}, times, value_ticks};
    out.push_back(chart_of(moments, marks,
                           line.encap + ": throughput, payload delivered in each 100 ms", rate));
    out.back().y = {nice_scale(ScaleKind::Linear, 0, largest(moments, rate, 1), value_ticks),
                    {},
                    times,
                    value_ticks};
    out.push_back(
        chart_of(moments, marks, line.encap + ": packets dropped in each 100 ms", dropped));
    out.back().y = {nice_scale(ScaleKind::Linear, 0, largest(moments, dropped, 1), value_ticks),
                    {},
                    nullptr,
                    value_ticks};
    return out;
}

} // namespace gueway
