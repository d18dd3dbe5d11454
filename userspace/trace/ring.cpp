// SPDX-License-Identifier: GPL-2.0-only
#include "trace/ring.h"

#include <bit>
#include <cerrno>

#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gueway {

namespace {

using Clock = std::chrono::steady_clock;

struct RingDeleter {
    void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};

} // namespace

struct Ring::State {
    std::unique_ptr<ring_buffer, RingDeleter> ring;
    const Take* take = nullptr; // of the call that reads the ring
    Clock::time_point end;      // of that call
    uint64_t taken = 0;         // by it

    // libbpf goes on as long as there are events, which in a flood is for ever; told to stop it has
    // consumed the event that it was told at.
    static int received(void* self, void* data, size_t size)
    {
        auto& state = *static_cast<State*>(self);
        (*state.take)(data, size);
        ++state.taken;
        return Clock::now() < state.end ? 0 : -ECANCELED;
    }
};

Result<void> check_ring(uint32_t bytes)
{
    const auto page = static_cast<uint32_t>(::sysconf(_SC_PAGESIZE));
    if (std::has_single_bit(bytes) && bytes >= page) return {};
    return error("ring buffer", "make", fmt::format("{} bytes", bytes),
                 fmt::format("use a power of two of at least {}", page));
}

Result<Ring> Ring::open(bpf_map* map)
{
    auto state = std::make_unique<State>();
    state->ring.reset(ring_buffer__new(bpf_map__fd(map), State::received, state.get(), nullptr));
    if (!state->ring) return errno_error("ring buffer", "map");
    return Ring(std::move(state));
}

Ring::Ring(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ring::Ring(Ring&&) noexcept = default;
Ring& Ring::operator=(Ring&&) noexcept = default;
Ring::~Ring() = default;

// At least one event, when there is one.
Result<uint64_t> Ring::consume(std::chrono::milliseconds longest, const Take& take)
{
    state_->take = &take;
    state_->end = Clock::now() + longest;
    state_->taken = 0;
    const int done = ring_buffer__consume(state_->ring.get());
    if (done < 0 && done != -ECANCELED) return Error{"ring buffer", "read events", -done, {}, {}};
    return state_->taken;
}

// The kernel wakes us only when much is there: reading does not depend on it.
Result<uint64_t> Ring::poll(std::chrono::milliseconds patience, const Take& take)
{
    constexpr auto turn = std::chrono::milliseconds(50);
    pollfd ready{.fd = ring_buffer__epoll_fd(state_->ring.get()), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(patience.count())) < 0 && errno != EINTR)
        return errno_error("ring buffer", "wait for events");
    return consume(turn, take);
}

Result<uint64_t> Ring::drain(std::chrono::milliseconds longest, const Take& take)
{
    constexpr auto rest = std::chrono::hours(1); // reading without looking is quick
    TRY(consume(longest, take));
    return consume(rest, [](const void*, size_t) {});
}

void settle()
{
    // A grace period of RCU, which a kernel with nohz_full refuses: then a program may be late.
    ::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

} // namespace gueway
