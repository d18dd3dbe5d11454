// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/ratios.h"

#include "bench/paths/meter.h"
#include "bench/paths/way.h"
#include "util/json.h"
#include "util/processor.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace gueway::bench {

namespace {

constexpr const char* legacy = "fou-interface";
constexpr unsigned rounds = 5, sends = 7;

// "SIZE", or of what is cut into segments "SIZE/offload" and "SIZE/software", in this order.
using Spans = std::vector<std::pair<std::string, double>>;

// The least of several: what disturbs can only add.
Result<double> span(const Director& director, const Size& size)
{
    constexpr unsigned small = 256, large = 16;
    const unsigned frames = size.segment ? large : small;
    const auto injector = TRY(director.path().injector(
        std::vector(frames, TRY(director.frame(size.ip_length, size.segment)))));
    double least = 0;
    for (unsigned i = 0; i < sends; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        TRY(injector.send(frames));
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        if (i == 0 || spent.count() < least) least = spent.count();
    }
    return least / frames;
}

Result<Spans> spans(const Way& way)
{
    const auto director = TRY(Director::make(way));
    Spans all;
    for (const auto& size : sizes)
        for (const bool offload : {true, false}) {
            if (!size.segment && !offload) continue;
            TRY(director.offload(offload));
            const std::string how = offload ? "/offload" : "/software";
            all.emplace_back(size.name + (size.segment ? how : ""), TRY(span(director, size)));
        }
    return all;
}

Json to_json(const std::string& name, std::vector<double>& ratios)
{
    std::ranges::sort(ratios);
    return {{"name", name},
            {"median", ratios[ratios.size() / 2]},
            {"least", ratios.front()},
            {"most", ratios.back()}};
}

} // namespace

Result<Json> ratios_to_legacy()
{
    TRY(stay_on_first_processor());
    std::vector<std::pair<std::string, std::vector<double>>> ratios;
    for (unsigned round = 0; round < rounds; ++round) {
        const auto reference = TRY(spans(way_of(legacy)));
        size_t next = 0;
        for (const auto& way : ways) {
            if (way.name == std::string_view(legacy)) continue;
            const auto own = TRY(spans(way));
            for (size_t i = 0; i < own.size(); ++i, ++next) {
                if (round == 0)
                    ratios.push_back({fmt::format("{}/{}", way.name, own[i].first), {}});
                ratios[next].second.push_back(own[i].second / reference[i].second);
            }
        }
    }
    Json all = Json::array();
    for (auto& [name, each] : ratios) all.push_back(to_json(name, each));
    return Json{{"schema", "gueway.ratios/1"},
                {"to", legacy},
                {"rounds", rounds},
                {"ratios", std::move(all)}};
}

} // namespace gueway::bench
