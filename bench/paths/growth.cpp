// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/growth.h"

#include "bench/paths/stages.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace gueway::bench {

namespace {

constexpr unsigned sample = 32;

} // namespace

Result<Crowd> Crowd::make(const Load& load)
{
    return Crowd(TRY(Director::make(way_of("gue-nocsum"), load)));
}

// The client's subnet has so many addresses; each uses so many ports as it takes.
Result<TcpFrame> Crowd::frame(unsigned number) const
{
    constexpr unsigned hosts = 250, first_host = 2, first_port = 1024;
    auto frame = TRY(director_.frame(sizes[0].ip_length, 0));
    frame.from.bytes[3] = static_cast<uint8_t>(first_host + number % hosts);
    frame.from_port = static_cast<uint16_t>(first_port + number / hosts);
    return frame;
}

Result<std::vector<TcpFrame>> Crowd::fresh(unsigned count)
{
    std::vector<TcpFrame> frames(count, TRY(frame(0)));
    for (auto& each : frames) {
        const auto other = TRY(frame(connections_++));
        each.from = other.from;
        each.from_port = other.from_port;
    }
    return frames;
}

Result<void> Crowd::grow(unsigned connections)
{
    constexpr unsigned at_once = 500;
    while (connections_ < connections) {
        const auto frames = TRY(fresh(std::min(at_once, connections - connections_)));
        TRY(Meter::make(director_.path(), frames));
    }
    return {};
}

Result<double> Crowd::established() const
{
    std::vector<TcpFrame> frames;
    frames.reserve(sample);
    for (unsigned i = 0; i < sample; ++i)
        frames.push_back(TRY(frame(static_cast<unsigned>(uint64_t{i} * connections_ / sample))));
    const auto meter = TRY(Meter::make(director_.path(), frames));
    return TRY(meter.measure()).instructions - TRY(sender(director_, meter));
}

Result<double> Crowd::first()
{
    std::array<double, 9> tries{};
    for (auto& each : tries) {
        const auto frames = TRY(fresh(sample));
        const auto injector = TRY(director_.path().injector(frames));
        const auto opened = TRY(timed(injector, sample)), later = TRY(timed(injector, sample));
        each = (static_cast<double>(opened) - static_cast<double>(later)) / sample;
    }
    std::ranges::sort(tries);
    return tries[tries.size() / 2];
}

} // namespace gueway::bench
