// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/meter.h"

#include "bench/paths/clock.h"
#include "util/deadline.h"
#include "util/file.h"
#include "util/text.h"

#include <charconv>
#include <map>

#include <fmt/format.h>

namespace gueway::bench {

namespace {

// Packets that the processors have taken from their backlogs, each of ours once, on d0: the first
// column of net/core/net-procfs.c, softnet_seq_show().
Result<uint64_t> taken()
{
    uint64_t all = 0;
    const auto table = TRY(read_file("/proc/net/softnet_stat"));
    for (const auto line : lines(table)) {
        uint64_t one = 0;
        std::from_chars(line.data(), line.data() + line.size(), one, 16);
        all += one;
    }
    return all;
}

} // namespace

Result<uint64_t> timed(const Injector& injector, unsigned frames)
{
    const auto before = instructions();
    TRY(injector.send(frames));
    return instructions() - before;
}

Result<Meter> Meter::make(const Path& path, const std::vector<TcpFrame>& frames)
{
    Meter meter(path, TRY(path.injector(frames)), static_cast<unsigned>(frames.size()),
                TRY(Ballast::take()));
    TRY(meter.injector_.send(meter.frames_));
    return meter;
}

Result<unsigned> Meter::arrived_each() const
{
    const auto before = TRY(path_->arrived()), already = TRY(taken());
    TRY(injector_.send(frames_));
    TRY(wait_until(Deadline::after(arrival_patience), "director", "all packets",
                   [&]() -> Result<bool> { return TRY(taken()) - already >= frames_; }));
    const auto arrived = TRY(path_->arrived()) - before;
    if (arrived % frames_ == 0) return static_cast<unsigned>(arrived / frames_);
    return error("sink", "count packets",
                 fmt::format("{} arrived of {} that were sent", arrived, frames_), if_lost);
}

// Nothing when the kernel left some of it for later, as it does when it has been at it for long.
// Those that are dropped on the way do not show at the sink.
Result<std::optional<uint64_t>> Meter::timed(unsigned rounds, unsigned arrived) const
{
    const auto at_sink = TRY(path_->arrived()), before = TRY(taken());
    const auto sent = uint64_t{rounds} * frames_, wanted = sent * arrived;
    const auto spent = TRY(bench::timed(injector_, rounds * frames_));
    const auto done = [&]() -> Result<bool> {
        return TRY(taken()) - before >= sent && TRY(path_->arrived()) - at_sink == wanted;
    };
    if (TRY(done())) return spent;
    TRY(wait_until(Deadline::after(arrival_patience), "sink", "all packets", done));
    return std::optional<uint64_t>();
}

Result<uint64_t> Meter::usual(unsigned rounds, unsigned arrived) const
{
    constexpr int enough = 5, most = 100;
    std::map<uint64_t, int> seen;
    for (int i = 0; i < most; ++i)
        if (const auto spent = TRY(timed(rounds, arrived)))
            if (++seen[*spent] == enough) return *spent;
    return error("packets", "measure",
                 fmt::format("no number of instructions comes up {} times in {}", enough, most),
                 "measure again, with gsobench exact -v, which shows what else the kernel does");
}

Result<Cost> Meter::measure() const
{
    const auto arrived = TRY(arrived_each());
    const auto one = TRY(usual(1, arrived)), two = TRY(usual(2, arrived));
    return Cost{static_cast<double>(two - one) / frames_, arrived};
}

} // namespace gueway::bench
