// SPDX-License-Identifier: GPL-2.0-only
#include "trace/collector.h"

#include "droptrace.skel.h"
#include "probe/skeleton.h"

#include <bit>
#include <cerrno>
#include <optional>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr auto object = "drop tracer";

std::vector<Hook> hooks()
{
    const char* event = "kfree_skb";
    return {{"drops",
             {{{Backend::tp_btf, event}, "drop_typed"}, {{Backend::raw_tp, event}, "drop_raw"}}}};
}

Result<void> check(const CollectorOptions& options)
{
    const auto page = static_cast<uint32_t>(::sysconf(_SC_PAGESIZE));
    if (std::has_single_bit(options.ring) && options.ring >= page) return {};
    return error("ring buffer", "make", fmt::format("{} bytes", options.ring),
                 fmt::format("use a power of two of at least {}", page));
}

// Waits until no processor runs a program any more that it began before.
void settle()
{
    // A grace period of RCU, which a kernel with nohz_full refuses: then a program may be late.
    ::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

struct RingDeleter {
    void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};

} // namespace

struct Collector::State {
    Skeleton<droptrace_bpf> skeleton;
    std::unique_ptr<Hooked> hooked; // detached before the programs go
    std::unique_ptr<ring_buffer, RingDeleter> ring;
    const Take* take = nullptr; // of the call that reads the ring

    static int received(void* self, void* data, size_t size)
    {
        if (size < sizeof(drop_event)) return 0;
        (*static_cast<State*>(self)->take)(*static_cast<const drop_event*>(data));
        return 0;
    }
};

Result<Collector> Collector::start(const CollectorOptions& options)
{
    TRY(check(options));
    auto state = std::make_unique<State>();
    const auto configure = [&options](droptrace_bpf& opened) {
        bpf_map__set_max_entries(opened.maps.events, options.ring);
        opened.rodata->wake_at = options.ring / 4;
    };
    state->hooked = std::make_unique<Hooked>(
        TRY(Hooked::attach(state->skeleton.loadable(object, configure), hooks())));
    state->ring.reset(ring_buffer__new(bpf_map__fd(state->skeleton->maps.events), State::received,
                                       state.get(), nullptr));
    if (!state->ring) return errno_error("ring buffer", "map");
    return Collector(std::move(state));
}

Collector::Collector(std::unique_ptr<State> state) : state_(std::move(state)) {}
Collector::Collector(Collector&&) noexcept = default;
Collector& Collector::operator=(Collector&&) noexcept = default;
Collector::~Collector() = default;

const Hooked& Collector::hooked() const
{
    return *state_->hooked;
}

Result<uint64_t> Collector::poll(std::chrono::milliseconds patience, const Take& take)
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

Result<DropCounts> Collector::stop(const Take& take)
{
    DropCounts counts{};
    state_->hooked->detach();
    settle();
    counts.missed = TRY(state_->hooked->missed());
    TRY(poll(std::chrono::milliseconds(0), take));
    counts.totals = state_->skeleton->bss->totals;
    const int table = bpf_map__fd(state_->skeleton->maps.drops);
    drop_key key{};
    const drop_key* previous = nullptr;
    while (bpf_map_get_next_key(table, previous, &key) == 0) {
        auto& entry = counts.entries.emplace_back(DropEntry{key, {}});
        if (bpf_map_lookup_elem(table, &key, &entry.value) != 0)
            return errno_error("table of drops", "read");
        previous = &key;
    }
    if (errno != ENOENT) return errno_error("table of drops", "walk");
    return counts;
}

} // namespace gueway
