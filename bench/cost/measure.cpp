// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cost/measure.h"

#include "util/deadline.h"
#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace gueway::bench {

namespace {

using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::duration<double, std::nano>;

// Instructions of the processor so far, idling aside: /proc/schedstat counts at every switch, so
// one is made.
Result<double> busy()
{
    constexpr size_t of_tasks = 7;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    for (const auto line : lines(TRY(read_file("/proc/schedstat")))) {
        const auto w = words(line);
        if (w.size() > of_tasks && w[0] == "cpu0")
            return static_cast<double>(parse_number<uint64_t>(w[of_tasks]).value_or(0));
    }
    return error("/proc/schedstat", "read", "no cpu0", "");
}

// Instructions of all threads of a process.
Result<double> busy_in(pid_t process)
{
    double all = 0;
    std::error_code ec;
    for (const auto& thread : fs::directory_iterator(fmt::format("/proc/{}/task", process), ec)) {
        const auto text = read_file(thread.path() / "schedstat");
        const auto w = words(text ? std::string_view(*text) : std::string_view());
        if (!w.empty()) all += static_cast<double>(parse_number<uint64_t>(w[0]).value_or(0));
    }
    if (ec)
        return Error{fmt::format("process {}", process), "read its threads", ec.value(), {}, {}};
    return all;
}

Result<Span> now(Reader reader)
{
    const auto all = TRY(busy());
    const auto read = reader ? TRY(busy_in(*reader)) : 0;
    return Span{all - read, read, Nanoseconds(Clock::now().time_since_epoch()).count()};
}

Result<Span> rest(Reader reader, std::chrono::milliseconds span)
{
    const auto before = TRY(now(reader));
    std::this_thread::sleep_for(span);
    return TRY(now(reader)) - before;
}

// Whether the tracer keeps its processor busy with nothing to do, as pwru does. Watching that is
// slow: only what rests takes no time.
Result<bool> is_spinning(Reader reader)
{
    constexpr int tries = 10;
    for (int i = 0; i < tries; ++i) {
        const auto span = TRY(rest(reader, std::chrono::milliseconds(100)));
        if (span.reader < span.time / 2) return false;
    }
    return true;
}

// A tracer that is held while packets pass: what it does with them afterwards takes so long that
// the kernel's own ticks in that time would count as work on the packets' way.
class Held {
public:
    explicit Held(Reader reader) : reader_(reader)
    {
        if (reader_) ::kill(*reader_, SIGSTOP);
    }
    ~Held() { let_go(); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    void let_go()
    {
        if (const auto reader = std::exchange(reader_, {})) ::kill(*reader, SIGCONT);
    }

private:
    Reader reader_;
};

// Work that packets make; what there is anyway is taken off. A tracer that is kept busy is not
// held, since it makes room for what comes.
Result<Span> work(const Path& path, const Injector& injector, unsigned packets, Reader reader,
                  bool spins)
{
    constexpr double quiet = 0.002; // of the time, above what is usual
    constexpr int most_rests = 600; // two minutes of guest time
    const std::chrono::milliseconds watched(spins ? 50 : 1000), pause(spins ? 50 : 200);
    const auto usual = TRY(rest(reader, watched));
    const auto arrived = TRY(path.arrived());
    Held held(spins ? Reader() : reader);
    const auto before = TRY(now(reader));
    TRY(injector.send(packets / Path::copies));
    TRY(wait_until(Deadline::after(std::chrono::minutes(1)), "sink", "all packets",
                   [&]() -> Result<bool> { return TRY(path.arrived()) - arrived == packets; }));
    TRY(rest(reader, pause)); // what the kernel does a moment later
    auto way = TRY(now(reader)) - before;
    held.let_go();
    for (int rests = 0; rests < most_rests; ++rests) {
        const auto idle = TRY(rest(reader, pause));
        if (idle.reader / idle.time <= usual.reader / usual.time * 1.1 + quiet) break;
    }
    const auto all = TRY(now(reader)) - before;
    way.way -= usual.way / usual.time * way.time;
    way.reader = all.reader - usual.reader / usual.time * all.time;
    return way;
}

// Instructions a packet: the median of three, since the kernel has work of its own now and then.
Result<Span> slope(const Path& path, const Shape& shape, unsigned packets, Reader reader)
{
    const auto injector = TRY(path.injector(shape.ip_length, shape.segment));
    TRY(injector.send(Injector::burst));
    const bool spins = TRY(is_spinning(reader));
    std::array<Span, 3> slopes{};
    for (auto& one : slopes) {
        const auto short_run = TRY(work(path, injector, packets, reader, spins));
        one = TRY(work(path, injector, 2 * packets, reader, spins)) - short_run;
        one.way /= packets;
        one.reader /= packets;
    }
    std::ranges::sort(slopes, {}, &Span::way);
    return slopes[1];
}

} // namespace

Result<Row> measure(const Path& path, unsigned packets, Reader reader)
{
    Row row;
    for (const auto& shape : shapes) row.push_back(TRY(slope(path, shape, packets, reader)));
    return row;
}

} // namespace gueway::bench
