// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/pairs.h"

#include <algorithm>

namespace gueway::matrix {

namespace {

std::vector<size_t> differences(const Packet& expected, const Packet& seen)
{
    const auto &a = expected.bytes, &b = seen.bytes;
    if (a.empty() || b.empty()) return {};
    std::vector<size_t> found;
    for (size_t at = 0; at < std::max(a.size(), b.size()); ++at)
        if (at >= a.size() || at >= b.size() || a[at] != b[at]) found.push_back(at);
    return found;
}

std::vector<const Packet*> of(const std::vector<Packet>& packets, const std::string& where)
{
    std::vector<const Packet*> found;
    for (const auto& packet : packets)
        if (packet.where == where) found.push_back(&packet);
    return found;
}

} // namespace

Pair pair(const Packet& expected, const Packet& seen)
{
    return {&expected, &seen, differences(expected, seen)};
}

std::vector<Pair> pairs(const CellResult& result)
{
    std::vector<std::string> places;
    for (const auto* packets : {&result.expected, &result.seen})
        for (const auto& packet : *packets)
            if (std::ranges::find(places, packet.where) == places.end())
                places.push_back(packet.where);
    std::vector<Pair> made;
    for (const auto& where : places) {
        const auto expected = of(result.expected, where), seen = of(result.seen, where);
        const size_t both = std::min(expected.size(), seen.size());
        for (size_t i = 0; i < both; ++i) made.push_back(pair(*expected[i], *seen[i]));
        for (size_t i = both; i < expected.size(); ++i) made.push_back({expected[i], nullptr, {}});
        for (size_t i = both; i < seen.size(); ++i) made.push_back({nullptr, seen[i], {}});
    }
    return made;
}

std::vector<size_t> telling(const std::vector<Pair>& pairs, size_t most)
{
    std::vector<size_t> found;
    for (const bool tells : {true, false}) {
        for (size_t i = 0; i < pairs.size() && found.size() < most; ++i)
            if (!tells || pairs[i].tells()) found.push_back(i);
        if (!found.empty()) break;
    }
    return found;
}

bool within(const std::vector<Stretch>& stretches, size_t at)
{
    return std::ranges::any_of(stretches, [at](const Stretch& stretch) {
        return at >= stretch.at && at < stretch.at + stretch.size;
    });
}

} // namespace gueway::matrix
