// SPDX-License-Identifier: GPL-2.0-only
#include "demo/fixes.h"

#include <algorithm>

namespace gueway {

DemoCell fixes_cell(const FixesTrack& track, const FixesPhase& phase, uint64_t size)
{
    DemoCell cell;
    cell.size = size;
    for (size_t i = 0; i < track.begins.size(); ++i)
        if (track.begins[i] >= phase.begin && track.begins[i] < phase.end)
            cell.latencies.push_back(track.latencies[i]);
    cell.bytes = cell.latencies.size() * size;
    cell.duration = phase.end - phase.begin;
    cell.drops = phase.drops;
    cell.tx_dropped = phase.tx_dropped;
    return cell;
}

namespace {

uint64_t length(const FixesTrack& track)
{
    return track.phases.empty() ? 0 : track.phases.back().end;
}

void add(FixesLine& line, const FixesTrack& track)
{
    const uint64_t before =
        line.tracks.empty() ? 0 : line.offsets.back() + length(*line.tracks.back());
    line.tracks.push_back(&track);
    line.offsets.push_back(before);
    if (track.ip_vs == "patched" && !track.phases.empty()) line.patched = &track;
}

} // namespace

std::vector<FixesLine> fixes_lines(const FixesResult& result)
{
    std::vector<FixesLine> lines;
    for (const auto& track : result.tracks) {
        auto found = std::ranges::find(lines, track.encap, &FixesLine::encap);
        if (found == lines.end()) found = lines.insert(found, {.encap = track.encap});
        add(*found, track);
    }
    return lines;
}

std::vector<FixesFigures> fixes_figures(const FixesResult& result, const FixesLine& line)
{
    std::optional<DemoCell> patched;
    if (line.patched) patched = fixes_cell(*line.patched, line.patched->phases.back(), result.size);
    std::vector<FixesFigures> out;
    for (size_t i = 0; i < line.tracks.size(); ++i)
        for (const auto& phase : line.tracks[i]->phases)
            out.push_back({&phase, fixes_cell(*line.tracks[i], phase, result.size), patched,
                           line.offsets[i]});
    return out;
}

} // namespace gueway
