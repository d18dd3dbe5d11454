// SPDX-License-Identifier: GPL-2.0-only
#include "demo/fixes_tables.h"

#include "demo/compare.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

double seconds(uint64_t ns)
{
    return static_cast<double>(ns) * 1e-9;
}

std::string ratio_text(const FixesFigures& figures, double q)
{
    if (!figures.patched) return "-";
    return demo_ratio_text(demo_latency_ratio({&figures.cell, &*figures.patched}, q));
}

// How much of the patched throughput it has.
std::string throughput_text(const FixesFigures& figures)
{
    if (!figures.patched) return "-";
    return demo_ratio_text(demo_throughput_ratio({&*figures.patched, &figures.cell}));
}

// Without a command it was so from the start: of the one director, or of the patched.
std::string begun_by(const FixesPhase& phase)
{
    if (!phase.command.empty()) return phase.command;
    return phase.repaired ? "(another director)" : "(from the start)";
}

std::vector<TableCell> row(const FixesFigures& figures)
{
    const auto& phase = *figures.phase;
    const auto drops = demo_drops(figures.cell);
    const Tone tone = phase.repaired ? Tone::Good : Tone::Bad;
    return {{phase.name, tone},
            {fmt::format("{:.1f}", seconds(figures.offset + phase.begin))},
            {begun_by(phase), Tone::Quiet},
            {fmt::format("{}", figures.cell.latencies.size())},
            {ratio_text(figures, 0.5)},
            {ratio_text(figures, 0.99)},
            {throughput_text(figures)},
            {fmt::format("{}", drops), drops ? Tone::Bad : Tone::Plain},
            {fmt::format("{}", phase.tx_dropped), Tone::Quiet}};
}

// What all moments of a line are measured against.
struct Unit {
    double latency = 0; // ns
    double bytes = 0;   // per ns
};

std::optional<Unit> unit_of(const FixesResult& result, const FixesLine& line)
{
    if (!line.patched) return {};
    const auto cell = fixes_cell(*line.patched, line.patched->phases.back(), result.size);
    const auto median = demo_quantile(cell, 0.5);
    if (!median || cell.bytes == 0 || cell.duration == 0) return {};
    return Unit{static_cast<double>(median->ns),
                static_cast<double>(cell.bytes) / static_cast<double>(cell.duration)};
}

// Null when a change falls into the interval: what happened in it is neither one's.
const FixesPhase* phase_of(const FixesTrack& track, uint64_t begin, uint64_t end)
{
    for (const auto& phase : track.phases)
        if (begin >= phase.begin && end <= phase.end) return &phase;
    return nullptr;
}

// The longest latency of the requests that began in each interval; 0: none did.
std::vector<uint64_t> slowest(const FixesTrack& track, size_t intervals)
{
    std::vector<uint64_t> out(intervals);
    for (size_t i = 0; i < track.begins.size(); ++i)
        if (const size_t at = track.begins[i] / track.interval; at < intervals)
            out[at] = std::max(out[at], track.latencies[i]);
    return out;
}

void add_moments(std::vector<FixesMoment>& out, const FixesTrack& track, uint64_t offset,
                 const Unit& unit)
{
    if (track.phases.empty()) return;
    const size_t intervals = track.phases.back().end / track.interval;
    const auto latencies = slowest(track, intervals);
    for (size_t i = 0; i < intervals; ++i) {
        const uint64_t begin = i * track.interval;
        FixesMoment moment{.begin = seconds(offset + begin),
                           .end = seconds(offset + begin + track.interval),
                           .phase = phase_of(track, begin, begin + track.interval)};
        if (latencies[i]) moment.latency = static_cast<double>(latencies[i]) / unit.latency;
        if (i < track.bytes.size())
            moment.rate = static_cast<double>(track.bytes[i]) /
                          static_cast<double>(track.interval) / unit.bytes;
        if (i < track.dropped.size()) moment.dropped = track.dropped[i];
        out.push_back(moment);
    }
}

} // namespace

Table fixes_table(const FixesResult& result, const FixesLine& line)
{
    Table table;
    table.columns = {{line.encap},
                     {"from, s", Align::Right},
                     {"begun by"},
                     {"requests", Align::Right},
                     {"p50", Align::Right},
                     {"p99", Align::Right},
                     {"throughput", Align::Right},
                     {"drops", Align::Right},
                     {"tx_dropped", Align::Right}};
    for (const auto& figures : fixes_figures(result, line)) table.rows.push_back(row(figures));
    return table;
}

std::string fixes_conditions(const FixesResult& result, const FixesLine& line)
{
    return fmt::format("{} over an {} underlay, MTU {}, kernel {}, lane {}", line.encap,
                       result.device, result.underlay_mtu, line.tracks.front()->kernel,
                       result.lane);
}

std::vector<FixesMoment> fixes_moments(const FixesResult& result, const FixesLine& line)
{
    std::vector<FixesMoment> out;
    const auto unit = unit_of(result, line);
    if (!unit) return out;
    for (size_t i = 0; i < line.tracks.size(); ++i)
        add_moments(out, *line.tracks[i], line.offsets[i], *unit);
    return out;
}

} // namespace gueway
