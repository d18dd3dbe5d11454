// SPDX-License-Identifier: GPL-2.0-only
#include "demo/charts.h"

#include "demo/compare.h"
#include "report/number.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace gueway {

namespace {

double seconds(uint64_t ns)
{
    return static_cast<double>(ns) * 1e-9;
}

// Cells that belong into one picture: those of one size and direction.
struct Class {
    uint64_t size;
    DemoDirection direction;
    bool operator==(const Class&) const = default;
};

Class class_of(const DemoCell& cell)
{
    return {cell.size, cell.direction};
}

std::string class_name(const Class& c)
{
    return fmt::format("{} {}s", binary_size(c.size),
                       c.direction == DemoDirection::Request ? "request" : "response");
}

std::vector<Class> classes(const DemoResult& result)
{
    std::vector<Class> out;
    for (const auto& variant : result.variants)
        for (const auto& cell : variant.cells)
            if (std::ranges::find(out, class_of(cell)) == out.end()) out.push_back(class_of(cell));
    return out;
}

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void include(double value) { low = std::min(low, value), high = std::max(high, value); }
    bool empty() const { return low > high; }
};

Range latency_range(const DemoResult& result)
{
    Range range;
    for (const auto& variant : result.variants)
        for (const auto& cell : variant.cells) {
            for (const auto latency : cell.latencies) range.include(seconds(latency));
            if (cell.timed_out) range.include(seconds(cell.deadline));
        }
    return range;
}

std::string percent(double share)
{
    return tick_number(share * 100) + " %";
}

// "vulnerable, IPv4: median 1.63 s; 3 of 40 gave up after 3.00 s"
std::string told(const DemoVariant& variant, const DemoCell& cell)
{
    const auto median = demo_quantile(cell, 0.5);
    auto out = fmt::format("{}, IPv{}", variant.name, cell.family);
    if (median) out += ": median " + demo_quantile_text(median);
    if (cell.timed_out)
        out +=
            fmt::format("; {} of {} gave up after {}", cell.timed_out,
                        cell.latencies.size() + cell.timed_out, human_time(seconds(cell.deadline)));
    return out;
}

Series latency_series(const DemoVariant& variant, const DemoCell& cell)
{
    Series series{told(variant, cell), demo_tone(variant), cell.family == 6};
    Samples samples{{}, cell.timed_out, seconds(cell.deadline)};
    for (const auto latency : cell.latencies) samples.known.push_back(seconds(latency));
    series.points = cumulative(samples);
    series.open = cell.timed_out > 0;
    return series;
}

// Names the line at its median, where lines of different variants are farthest apart.
void label_median(Series& series, const DemoVariant& variant, const DemoCell& cell)
{
    const auto median = demo_quantile(cell, 0.5);
    if (!median) return;
    const double share = median->censored ? series.points.back().y : 0.5;
    series.labels.push_back(
        {variant.name + " " + demo_quantile_text(median), {seconds(median->ns), share}});
}

// Says at the end of `series` how many exchanges of its variant have no latency to show.
void label_end(Series& series, uint64_t timed_out, uint64_t all)
{
    const auto& end = series.points.back();
    series.labels.push_back(
        {fmt::format("{} of {} gave up at {}", timed_out, all, human_time(end.x)), end});
}

// The lines of one variant: one for each family, the first of which bears the name. `left` is
// where the axis begins.
std::vector<Series> latency_lines(const DemoVariant& variant, const Class& wanted, double left)
{
    std::vector<Series> out;
    uint64_t timed_out = 0;
    uint64_t all = 0;
    for (const auto& cell : variant.cells) {
        if (class_of(cell) != wanted || !cell.failure.empty()) continue;
        auto series = latency_series(variant, cell);
        if (series.points.empty()) continue;
        // Where none finished, the line at 0 % is all there is to see.
        if (cell.latencies.empty()) series.points.insert(series.points.begin(), {left, 0});
        if (out.empty()) label_median(series, variant, cell);
        timed_out += cell.timed_out;
        all += cell.timed_out + cell.latencies.size();
        out.push_back(std::move(series));
    }
    const auto open = std::ranges::find_if(out, &Series::open);
    if (open != out.end()) label_end(*open, timed_out, all);
    return out;
}

Chart latency_chart(const DemoResult& result, const Class& wanted, const Scale& scale)
{
    Chart chart;
    chart.title = class_name(wanted);
    chart.x = {scale, {}, tick_time, 7};
    chart.y = {{ScaleKind::Linear, 0, 1}, {}, percent, 3};
    for (const auto& variant : result.variants)
        for (auto& series : latency_lines(variant, wanted, scale.low)) {
            chart.description += series.name + ". ";
            chart.series.push_back(std::move(series));
        }
    return chart;
}

// Delivered payload between two times of a cell.
struct Stretch {
    uint64_t from = 0;
    uint64_t to = 0;
    uint64_t bytes = 0;
};

// The timeline's entries. The last one ends with the cell, not with its interval; when that leaves
// it less than half an interval, too little to tell a rate from, it joins the one before.
std::vector<Stretch> stretches(const DemoCell& cell)
{
    std::vector<Stretch> out;
    if (cell.interval == 0) return out;
    for (size_t i = 0; i < cell.timeline.size(); ++i)
        out.push_back({i * cell.interval, (i + 1) * cell.interval, cell.timeline[i]});
    if (out.empty()) return out;
    auto& last = out.back();
    if (cell.duration > last.from) last.to = std::min(last.to, cell.duration);
    if (out.size() < 2 || (last.to - last.from) * 2 >= cell.interval) return out;
    auto& before = out[out.size() - 2];
    before.to = last.to;
    before.bytes += last.bytes;
    out.pop_back();
    return out;
}

double megabits(const Stretch& stretch)
{
    return static_cast<double>(stretch.bytes) * 8 / seconds(stretch.to - stretch.from) * 1e-6;
}

Series timeline_series(const DemoVariant& variant, const DemoCell& cell)
{
    const auto mean = demo_throughput(cell);
    const auto name = variant.name + (mean ? " " + human_rate(*mean) : "");
    Series series{name, demo_tone(variant)};
    const auto parts = stretches(cell);
    if (parts.empty()) return series;
    for (const auto& part : parts) series.points.push_back({seconds(part.from), megabits(part)});
    series.labels = {{name, *std::ranges::max_element(series.points, {}, &Point::y)}};
    series.points.push_back({seconds(parts.back().to), series.points.back().y});
    return series;
}

struct TimelineRange {
    Range time;
    Range rate;
};

TimelineRange timeline_range(const DemoResult& result, const Class& wanted)
{
    TimelineRange range;
    range.time.include(0);
    range.rate.include(0);
    for (const auto& variant : result.variants)
        for (const auto& cell : variant.cells)
            if (class_of(cell) == wanted)
                for (const auto& point : timeline_series(variant, cell).points) {
                    range.time.include(point.x);
                    range.rate.include(point.y);
                }
    return range;
}

Chart timeline_chart(const DemoResult& result, const DemoCell& like)
{
    const auto range = timeline_range(result, class_of(like));
    Chart chart;
    chart.title = demo_cell_name(like);
    chart.x = {{ScaleKind::Linear, 0, std::max(range.time.high, 0.1)}, {}, tick_time, 6};
    constexpr int rate_ticks = 4;
    chart.y = {nice_scale(ScaleKind::Linear, 0, range.rate.high, rate_ticks), "Mbit/s", nullptr,
               rate_ticks};
    chart.height = 160;
    for (const auto& variant : result.variants) {
        const auto* cell = demo_same_cell(variant, like);
        if (!cell || !cell->failure.empty()) continue;
        chart.series.push_back(timeline_series(variant, *cell));
        chart.description += chart.series.back().name + ". ";
    }
    return chart;
}

} // namespace

Tone demo_tone(const DemoVariant& variant)
{
    return variant.name == "vulnerable" ? Tone::Bad : Tone::Good;
}

std::vector<Chart> demo_latency_charts(const DemoResult& result)
{
    const auto range = latency_range(result);
    const auto scale = range.empty() ? nice_scale(ScaleKind::Log, 1e-3, 1)
                                     : nice_scale(ScaleKind::Log, range.low, range.high);
    std::vector<Chart> out;
    for (const auto& wanted : classes(result)) out.push_back(latency_chart(result, wanted, scale));
    return out;
}

std::vector<Chart> demo_timeline_charts(const DemoResult& result)
{
    std::vector<Chart> out;
    std::vector<const DemoCell*> seen;
    for (const auto& variant : result.variants)
        for (const auto& cell : variant.cells) {
            const auto same = [&](const DemoCell* other) {
                return class_of(*other) == class_of(cell) && other->family == cell.family;
            };
            if (std::ranges::any_of(seen, same)) continue;
            seen.push_back(&cell);
            out.push_back(timeline_chart(result, cell));
        }
    return out;
}

} // namespace gueway
