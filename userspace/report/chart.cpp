// SPDX-License-Identifier: GPL-2.0-only
#include "report/chart.h"

#include "report/columns.h"
#include "report/labels.h"
#include "report/number.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr double text_height = 12;
constexpr double mark_height = text_height + 6; // above the plot, when there are marks
constexpr double character = 0.6 * text_height; // generous: a reader's font is not known

double text_width(std::string_view text)
{
    return character * static_cast<double>(display_width(text));
}

std::string px(double value)
{
    return fmt::format("{:g}", std::round(value * 10) / 10);
}

std::string written(const Axis& axis, double value)
{
    return axis.format ? axis.format(value) : tick_number(value);
}

// The plot's place in the drawing, and the way from values to it.
struct Frame {
    const Chart& chart;
    Box plot;

    double x(double value) const
    {
        return plot.left + chart.x.scale.place(value) * (plot.right - plot.left);
    }
    double y(double value) const
    {
        return plot.bottom - chart.y.scale.place(value) * (plot.bottom - plot.top);
    }
    Point at(const Point& p) const { return {x(p.x), y(p.y)}; }
};

Frame frame(const Chart& chart)
{
    double widest = 0;
    for (const double tick : ticks(chart.y.scale, chart.y.ticks))
        widest = std::max(widest, text_width(written(chart.y, tick)));
    const double top = (chart.title.empty() ? 4 : 24) + (chart.y.title.empty() ? 4 : 20) +
                       (chart.marks.empty() ? 0 : mark_height);
    const double bottom = chart.x.title.empty() ? 24 : 40;
    return {chart,
            {std::max(widest + 8, static_cast<double>(chart.left)), top, chart.width - 18.0,
             chart.height - bottom}};
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text,
                    std::string_view name = {})
{
    return element("text",
                   {{"x", px(x)},
                    {"y", px(y)},
                    {"text-anchor", std::string(anchor)},
                    {"class", std::string(name)}},
                   escape(text));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view name)
{
    return element("path", {{"class", std::string(name)},
                            {"d", fmt::format("M{} {}L{} {}", px(x1), px(y1), px(x2), px(y2))}});
}

std::string x_axis(const Frame& f)
{
    const auto& axis = f.chart.x;
    std::string out;
    for (const double tick : ticks(axis.scale, axis.ticks)) {
        const auto label = written(axis, tick);
        // The outermost labels lean inwards rather than out of the picture.
        const double half = text_width(label) / 2;
        const double x = std::clamp(f.x(tick), half, f.chart.width - half);
        out += line(f.x(tick), f.plot.bottom, f.x(tick), f.plot.bottom + 4, "axis");
        out += text_at(x, f.plot.bottom + 17, "middle", label);
    }
    if (!axis.title.empty())
        out += text_at(f.plot.right, f.plot.bottom + 34, "end", axis.title, "quiet");
    return out + line(f.plot.left, f.plot.bottom, f.plot.right, f.plot.bottom, "axis");
}

std::string y_axis(const Frame& f)
{
    const auto& axis = f.chart.y;
    std::string out;
    for (const double tick : ticks(axis.scale, axis.ticks)) {
        const double y = f.y(tick);
        if (y < f.plot.bottom - 0.5) out += line(f.plot.left, y, f.plot.right, y, "grid");
        out += text_at(f.plot.left - 6, y + 4, "end", written(axis, tick));
    }
    const double above = f.chart.marks.empty() ? 10 : 10 + mark_height;
    if (!axis.title.empty()) out += text_at(0, f.plot.top - above, "start", axis.title, "quiet");
    return out;
}

std::string marks_svg(const Frame& f)
{
    std::string out;
    for (const auto& mark : f.chart.marks) {
        const double x = f.x(mark.x);
        out += line(x, f.plot.top - mark_height, x, f.plot.bottom, "axis");
        out += text_at(x + 5, f.plot.top - 7, "start", mark.text);
    }
    return out;
}

// Corners of the staircase in pixels; those that half a pixel would hide are left out.
std::vector<Point> corners(const Frame& f, const std::vector<Point>& points)
{
    std::vector<Point> out;
    for (const auto& point : points) {
        const auto p = f.at(point);
        if (out.empty()) {
            out.push_back(p);
            continue;
        }
        const auto before = out.back();
        if (std::abs(p.x - before.x) < 0.5 && std::abs(p.y - before.y) < 0.5 &&
            &point != &points.back())
            continue;
        if (p.x != before.x) out.push_back({p.x, before.y});
        if (p.y != before.y) out.push_back(p);
    }
    return out;
}

std::string path_data(const std::vector<Point>& corners)
{
    std::string out;
    for (const auto& p : corners)
        out += fmt::format("{}{} {}", out.empty() ? 'M' : 'L', px(p.x), px(p.y));
    return out;
}

// A head that points right, its base on the line's end.
std::string arrow(const Point& end)
{
    return fmt::format("M{} {}m0 -4l7 4l-7 4z", px(end.x), px(end.y));
}

std::string series_svg(const Frame& f, const Series& series)
{
    const auto way = corners(f, series.points);
    if (way.empty()) return {};
    auto out =
        element("path", {{"class", series.dashed ? "line dashed" : "line"}, {"d", path_data(way)}});
    if (series.open) out += element("path", {{"class", "tip"}, {"d", arrow(way.back())}});
    const auto title = element("title", {}, escape(series.name));
    return element("g", {{"class", std::string(css_class(series.tone))}}, title + out);
}

// Points along all lines, close enough together that no label slips between two of them.
std::vector<Point> obstacles(const Frame& f)
{
    constexpr double pitch = 4;
    std::vector<Point> out;
    for (const auto& series : f.chart.series) {
        const auto way = corners(f, series.points);
        for (size_t i = 0; i + 1 < way.size(); ++i) {
            const double dx = way[i + 1].x - way[i].x;
            const double dy = way[i + 1].y - way[i].y;
            const int steps = 1 + static_cast<int>((std::abs(dx) + std::abs(dy)) / pitch);
            for (int s = 0; s <= steps; ++s)
                out.push_back({way[i].x + dx * s / steps, way[i].y + dy * s / steps});
        }
    }
    return out;
}

std::string labels_svg(const Frame& f)
{
    std::vector<Tone> tones;
    std::vector<std::string> texts;
    std::vector<LabelWish> wishes;
    for (const auto& series : f.chart.series)
        for (const auto& label : series.labels) {
            tones.push_back(series.tone);
            texts.push_back(label.text);
            wishes.push_back({f.at(label.at), text_width(label.text), text_height + 3});
        }
    const auto boxes = place_labels(wishes, f.plot, obstacles(f));
    std::string out;
    for (size_t i = 0; i < boxes.size(); ++i) {
        const bool right = boxes[i].left > wishes[i].at.x;
        out += text_at(right ? boxes[i].left : boxes[i].right, boxes[i].bottom - 4,
                       right ? "start" : "end", texts[i],
                       fmt::format("label {}", css_class(tones[i])));
    }
    return out;
}

std::string plot(const Frame& f)
{
    const auto has_points = [](const Series& s) { return !s.points.empty(); };
    if (std::ranges::none_of(f.chart.series, has_points))
        return text_at((f.plot.left + f.plot.right) / 2, (f.plot.top + f.plot.bottom) / 2, "middle",
                       "no data", "quiet");
    std::string out;
    for (const auto& series : f.chart.series) out += series_svg(f, series) + "\n";
    return out + labels_svg(f);
}

} // namespace

std::string chart_svg(const Chart& chart)
{
    const auto f = frame(chart);
    auto content = element("desc", {}, escape(chart.description));
    if (!chart.title.empty()) content += text_at(0, 13, "start", chart.title, "title");
    content += y_axis(f) + x_axis(f) + marks_svg(f) + "\n" + plot(f);
    return element("svg",
                   {{"class", "chart"},
                    {"role", "img"},
                    {"aria-label", chart.title + ". " + chart.description},
                    {"viewBox", fmt::format("0 0 {} {}", chart.width, chart.height)}},
                   content);
}

} // namespace gueway
