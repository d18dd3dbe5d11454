// SPDX-License-Identifier: GPL-2.0-only
#include "demo/compare.h"
#include "report/number.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

// The published incident went from 75 ms to more than 1.5 s.
constexpr double least_slowdown = 20;

// Two runs of one machine differ by this much for no reason of ours; the exact lane counts
// instructions and hardly differs at all.
double response_tolerance(const std::string& lane)
{
    return lane == "exact" ? 1.01 : 1.3;
}

struct Finding {
    bool holds = false;
    std::string sentence;
};

std::string packets(uint64_t count)
{
    return fmt::format("{} packet{}", count, count == 1 ? "" : "s");
}

// "1812 packets, all at validate_xmit_skb+0x2b4"
std::string packets_and_place(const std::vector<DemoPlace>& places, uint64_t total)
{
    if (places.empty()) return packets(total);
    const auto& top = places.front().drop;
    return fmt::format("{}, {} at {}", packets(total), top.packets == total ? "all" : "most",
                       top.symbol);
}

Finding first_drops_requests(const DemoVariant& first)
{
    auto places = demo_places(first);
    std::erase_if(places, [](const DemoPlace& place) { return place.on_requests == 0; });
    uint64_t total = 0;
    for (auto& place : places) {
        place.drop.packets = place.on_requests;
        total += place.on_requests;
    }
    std::ranges::stable_sort(places, std::ranges::greater{}, &DemoPlace::on_requests);
    if (total == 0)
        return {false,
                fmt::format("With the {} ip_vs no packet of a request was dropped.", first.name)};
    return {true, fmt::format("With the {} ip_vs the director drops packets of large requests: {}.",
                              first.name, packets_and_place(places, total))};
}

Finding last_drops_nothing(const DemoVariant& last)
{
    uint64_t total = 0;
    for (const auto& cell : last.cells) total += demo_drops(cell);
    if (total == 0) return {true, fmt::format("With the {} one nothing is dropped.", last.name)};
    return {false, fmt::format("With the {} one packets are still dropped: {}.", last.name,
                               packets_and_place(demo_places(last), total))};
}

// The request pairs of the smallest size.
std::vector<DemoPair> smallest_requests(std::vector<DemoPair> pairs)
{
    std::erase_if(pairs, [](const DemoPair& pair) {
        return pair.before->direction != DemoDirection::Request;
    });
    uint64_t least = UINT64_MAX;
    for (const auto& pair : pairs) least = std::min(least, pair.before->size);
    std::erase_if(pairs, [least](const DemoPair& pair) { return pair.before->size != least; });
    return pairs;
}

Finding requests_are_slow(const DemoResult& result, const std::vector<DemoPair>& pairs)
{
    const DemoPair* mildest = nullptr;
    DemoRatio ratio;
    const auto requests = smallest_requests(pairs);
    for (const auto& pair : requests) {
        const auto own = demo_latency_ratio(pair, 0.5);
        if (!own)
            return {false, fmt::format("With the {} ip_vs the median {} did not finish in time.",
                                       result.variants.back().name, demo_cell_name(*pair.after))};
        if (!mildest || own->value < ratio.value) mildest = &pair, ratio = *own;
    }
    if (!mildest) return {false, "No request was measured on both."};
    const auto shortfall = ratio.value >= least_slowdown
                               ? std::string{}
                               : fmt::format(", less than the {} expected", least_slowdown);
    return {ratio.value >= least_slowdown,
            fmt::format("The median {} request (IPv{}) takes {}, with the {} one {}: a factor of "
                        "{}{}{}.",
                        binary_size(mildest->before->size), mildest->before->family,
                        demo_quantile_text(demo_quantile(*mildest->before, 0.5)),
                        result.variants.back().name,
                        demo_quantile_text(demo_quantile(*mildest->after, 0.5)),
                        ratio.at_least ? "at least " : "", figures(ratio.value), shortfall)};
}

Finding responses_agree(const DemoResult& result, const std::vector<DemoPair>& pairs)
{
    double worst = 1;
    size_t seen = 0;
    for (const auto& pair : pairs) {
        if (pair.before->direction != DemoDirection::Response) continue;
        const auto ratio = demo_latency_ratio(pair, 0.5);
        if (!ratio || ratio->at_least) return {false, "A median response did not finish in time."};
        worst = std::max({worst, ratio->value, 1 / ratio->value});
        ++seen;
    }
    if (!seen) return {false, "No response was measured on both."};
    const double limit = response_tolerance(result.lane);
    const auto seen_text = fmt::format(
        "Responses, which go around the director, differ by at most {}×", figures(worst));
    if (worst <= limit) return {true, seen_text + "."};
    return {false, seen_text + fmt::format(", more than the {}× that chance explains: was the "
                                           "machine busy with other work?",
                                           limit)};
}

Finding all_compared(const DemoResult& result, size_t compared)
{
    size_t cells = 0;
    for (const auto& variant : result.variants) cells = std::max(cells, variant.cells.size());
    if (cells == compared) return {true, {}};
    return {false, fmt::format("{} of {} cells could not be compared.", cells - compared, cells)};
}

DemoVerdict from_findings(const DemoResult& result)
{
    const auto& first = result.variants.front().name;
    const auto& last = result.variants.back().name;
    const auto pairs = demo_pairs(result);
    const auto drops = first_drops_requests(result.variants.front());
    const auto slow = requests_are_slow(result, pairs);
    const auto cured = last_drops_nothing(result.variants.back());
    const auto responses = responses_agree(result, pairs);
    const auto compared = all_compared(result, pairs.size());

    DemoVerdict verdict;
    verdict.incident = drops.holds && slow.holds && cured.holds;
    verdict.clean = verdict.incident && responses.holds && compared.holds;
    verdict.headline =
        verdict.incident
            ? fmt::format("Large requests stall with the {} ip_vs and run with the {} one.", first,
                          last)
        : drops.holds && slow.holds
            ? fmt::format(
                  "Large requests stall with the {} ip_vs, and the {} one drops packets too.",
                  first, last)
            : fmt::format("This run does not show large requests stalling with the {} ip_vs.",
                          first);
    for (const auto* finding : {&drops, &slow, &cured, &responses, &compared})
        if (!finding->sentence.empty())
            verdict.text += (verdict.text.empty() ? "" : " ") + finding->sentence;
    return verdict;
}

} // namespace

DemoVerdict demo_verdict(const DemoResult& result)
{
    if (result.variants.size() >= 2) return from_findings(result);
    return {false, false, "There is nothing to compare.",
            fmt::format("{} of the two variants was measured.",
                        result.variants.empty() ? "None" : "Only one")};
}

} // namespace gueway
