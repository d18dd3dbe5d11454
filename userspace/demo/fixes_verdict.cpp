// SPDX-License-Identifier: GPL-2.0-only
#include "demo/compare.h"
#include "demo/fixes.h"
#include "report/number.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

namespace gueway {

namespace {

// How much longer than with the patched ip_vs a median may take. The exact lane counts
// instructions; in the other one, two guests of one machine differ by more for no reason of ours.
double tolerance(const std::string& lane)
{
    return lane == "exact" ? 1.05 : 1.3;
}

uint64_t dropped(const FixesFigures& figures)
{
    return std::max(demo_drops(figures.cell), figures.cell.tx_dropped);
}

std::optional<DemoRatio> median_ratio(const FixesFigures& figures)
{
    if (!figures.patched) return {};
    return demo_latency_ratio({&figures.cell, &*figures.patched}, 0.5);
}

// What all phases of one kind show.
struct Sum {
    uint64_t phases = 0;
    uint64_t dropped = 0;
    bool all_drop = true;
    bool all_compared = true;                               // have a median to compare
    double least = std::numeric_limits<double>::infinity(); // ratio of medians
    double most = 0;

    void add(const FixesFigures& figures)
    {
        ++phases;
        dropped += gueway::dropped(figures);
        all_drop = all_drop && gueway::dropped(figures) > 0;
        const auto ratio = median_ratio(figures);
        all_compared = all_compared && ratio;
        if (!ratio) return;
        least = std::min(least, ratio->value);
        most = std::max(most, ratio->value);
    }
};

struct Sums {
    Sum broken, repaired;
    uint64_t unanswered = 0;
    std::string failure;
    std::set<std::string> names; // of phases that are repaired
    size_t tunnels = 0;
    bool complete = true; // every tunnel has all phases
};

Sums sums_of(const FixesResult& result)
{
    Sums sums;
    const std::set<std::string> wanted = {"mitigation", "hotfix", "patched"};
    for (const auto& line : fixes_lines(result)) {
        ++sums.tunnels;
        std::set<std::string> names;
        for (const auto& figures : fixes_figures(result, line)) {
            (figures.phase->repaired ? sums.repaired : sums.broken).add(figures);
            if (figures.phase->repaired) names.insert(figures.phase->name);
        }
        sums.complete = sums.complete && names == wanted;
        for (const auto* track : line.tracks) {
            sums.unanswered += track->timed_out + track->failed;
            if (sums.failure.empty()) sums.failure = track->failure;
        }
    }
    return sums;
}

std::string broken_text(const Sum& sum)
{
    if (sum.phases == 0) return "No phase without a repair was measured.";
    return fmt::format("Without a repair {} packets are dropped{}, and the median request takes {} "
                       "to {} times as long as with the patched ip_vs.",
                       sum.dropped, sum.all_drop ? "" : ", in some phases none", figures(sum.least),
                       figures(sum.most));
}

std::string repaired_text(const Sum& sum, double limit)
{
    const auto drops = sum.dropped ? fmt::format("{} packets are dropped", sum.dropped)
                                   : std::string("no packet is dropped");
    auto text = fmt::format("With one, {}, and the median takes {:.3f} to {:.3f} times as long",
                            drops, sum.least, sum.most);
    if (sum.most > limit) text += fmt::format(", more than the {} that it may", limit);
    return text + ".";
}

std::string requests_text(const Sums& sums)
{
    if (sums.unanswered == 0)
        return "Every request was answered in the end, with its payload as it was sent.";
    return fmt::format("{} requests failed or were given up{}{}.", sums.unanswered,
                       sums.failure.empty() ? "" : ": ", sums.failure);
}

} // namespace

FixesVerdict fixes_verdict(const FixesResult& result)
{
    const auto sums = sums_of(result);
    if (!sums.complete || sums.repaired.phases == 0)
        return {false, "Not every repair was measured.", {}};
    const double limit = tolerance(result.lane);
    FixesVerdict verdict;
    verdict.holds = sums.broken.phases > 0 && sums.broken.all_drop && sums.repaired.dropped == 0 &&
                    sums.repaired.all_compared && sums.repaired.most <= limit &&
                    sums.unanswered == 0;
    verdict.headline =
        verdict.holds
            ? "Mitigation, hotfix and patch: each alone mends the running director."
            : "This run does not show that mitigation, hotfix and patch each mend the director.";
    verdict.text = broken_text(sums.broken) + " " + repaired_text(sums.repaired, limit) + " " +
                   requests_text(sums);
    return verdict;
}

} // namespace gueway
