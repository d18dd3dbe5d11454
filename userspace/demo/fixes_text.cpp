// SPDX-License-Identifier: GPL-2.0-only
// Fixes for a terminal: a table for each tunnel, and under it the same as strips of time.
#include "demo/compare.h"
#include "demo/fixes_tables.h"
#include "report/columns.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr size_t width = 100;
constexpr size_t left = 11;    // for the names of strips
constexpr size_t columns = 80; // of a strip
constexpr const char* heights[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr double full = 8;

// Several moments in one column of a strip.
struct Slot {
    const FixesPhase* phase = nullptr; // of the first that has one
    double latency = 0;                // the largest; 0: no request began
    double rate = 0;                   // mean
    uint64_t dropped = 0;              // sum
};

std::vector<Slot> slots(const std::vector<FixesMoment>& moments)
{
    const size_t count = std::min(columns, moments.size());
    std::vector<Slot> out;
    for (size_t i = 0; i < count; ++i) {
        Slot slot;
        const size_t begin = i * moments.size() / count;
        const size_t end = (i + 1) * moments.size() / count;
        for (size_t m = begin; m < end; ++m) {
            if (!slot.phase) slot.phase = moments[m].phase;
            slot.latency = std::max(slot.latency, moments[m].latency.value_or(0));
            slot.rate += moments[m].rate / static_cast<double>(end - begin);
            slot.dropped += moments[m].dropped;
        }
        // As a request lasts: nothing began because one was under way.
        if (slot.latency == 0 && !out.empty()) slot.latency = out.back().latency;
        out.push_back(slot);
    }
    return out;
}

// A column for each slot, as high as `share` (0 to 1) says; above 0 at least the lowest.
std::string strip(const std::string& name, const std::vector<Slot>& slots,
                  const std::function<double(const Slot&)>& share, const std::string& scale)
{
    std::string out = padded(name, left, Align::Left);
    for (const auto& slot : slots) {
        const double height = share(slot);
        out += heights[height <= 0 ? 0 : std::clamp<int>(std::lround(height * full), 1, 8)];
    }
    return out + " " + scale + "\n";
}

// The names of the phases, each above its first column.
std::string names(const std::vector<Slot>& slots)
{
    std::string out(left, ' ');
    const FixesPhase* shown = nullptr;
    size_t column = left;
    for (const auto& slot : slots) {
        if (slot.phase && slot.phase != shown) {
            shown = slot.phase;
            if (out.size() < column) out.resize(column, ' ');
            out += (out.size() >= column && column > left ? " " : "") + shown->name;
        }
        ++column;
    }
    return out + "\n";
}

std::string strips(const std::vector<FixesMoment>& moments)
{
    const auto all = slots(moments);
    if (all.empty()) return {};
    double slowest = 2;
    double most = 1;
    for (const auto& slot : all) {
        slowest = std::max(slowest, slot.latency);
        most = std::max(most, static_cast<double>(slot.dropped));
    }
    const auto latency = [&](const Slot& slot) {
        return slot.latency <= 0 ? 0 : std::max(0.01, std::log(slot.latency) / std::log(slowest));
    };
    const auto dropped = [&](const Slot& slot) { return static_cast<double>(slot.dropped) / most; };
    return names(all) + strip("latency", all, latency, fmt::format("≤{:.0f}×", slowest)) +
           strip("throughput", all, [](const Slot& slot) { return slot.rate; }, {}) +
           strip("dropped", all, dropped, fmt::format("≤{:.0f}", most));
}

} // namespace

std::string fixes_text(const FixesResult& result)
{
    std::string out;
    for (const auto& line : fixes_lines(result)) {
        out += wrapped(fixes_conditions(result, line), width);
        out += "\n" + table_text(fixes_table(result, line), width) + "\n";
        out += strips(fixes_moments(result, line)) + "\n";
    }
    const auto verdict = fixes_verdict(result);
    return out + wrapped("Latency and throughput as ratios to the patched ip_vs. " +
                             verdict.headline + " " + verdict.text,
                         width);
}

} // namespace gueway
