// SPDX-License-Identifier: GPL-2.0-only
#include "trace/judgements.h"

#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr size_t most = 256; // kinds of verdicts that are told apart

} // namespace

const Judgement* Judgements::add(const Step& step)
{
    const auto& journey = journeys_.add(step);
    if (!step.loses()) return nullptr;
    auto verdict = judge_(journey.way(step.piece));
    const auto same = [&](const Judgement& one) {
        return one.verdict.name == verdict.name && one.verdict.sentence == verdict.sentence;
    };
    auto found = std::ranges::find_if(all_, same);
    if (found == all_.end()) {
        if (all_.size() == most) {
            ++others_;
            return nullptr;
        }
        all_.push_back({std::move(verdict), 0, step.packet, step.piece});
        found = all_.end() - 1;
    }
    ++found->packets;
    return &*found;
}

std::vector<std::string> lines(const Judgement& judgement)
{
    const auto& verdict = judgement.verdict;
    if (judgement.packets > 1)
        return {fmt::format("{} as {}.{}", verdict.found() ? verdict.name : "no verdict,",
                            judgement.packet, judgement.piece)};
    std::vector<std::string> all;
    const auto words = text(verdict); // `lines` points into it
    for (const auto line : lines(words)) all.emplace_back(line);
    return all;
}

} // namespace gueway
