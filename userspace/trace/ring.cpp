// SPDX-License-Identifier: GPL-2.0-only
#include "trace/ring.h"

#include <algorithm>
#include <bit>
#include <cerrno>

#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gueway {

namespace {

struct RingDeleter {
    void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};

} // namespace

struct Ring::State {
    std::unique_ptr<ring_buffer, RingDeleter> ring;
    const Take* take = nullptr; // of the call that reads the ring

    static int received(void* self, void* data, size_t size)
    {
        (*static_cast<State*>(self)->take)(data, size);
        return 0;
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

Result<uint64_t> Ring::poll(std::chrono::milliseconds patience, const Take& take)
{
    state_->take = &take;
    const int waited = ring_buffer__poll(state_->ring.get(), static_cast<int>(patience.count()));
    if (waited < 0 && waited != -EINTR)
        return Error{"ring buffer", "wait for events", -waited, {}, {}};
    // The kernel wakes us only when much is there.
    const int more = ring_buffer__consume(state_->ring.get());
    if (more < 0) return Error{"ring buffer", "read events", -more, {}, {}};
    return static_cast<uint64_t>(std::max(waited, 0)) + static_cast<uint64_t>(more);
}

void settle()
{
    // A grace period of RCU, which a kernel with nohz_full refuses: then a program may be late.
    ::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

} // namespace gueway
