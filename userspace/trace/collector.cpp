// SPDX-License-Identifier: GPL-2.0-only
#include "trace/collector.h"

#include "droptrace.skel.h"
#include "probe/skeleton.h"
#include "trace/ring.h"

#include <cerrno>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

namespace gueway {

namespace {

constexpr auto object = "drop tracer";

std::vector<Hook> hooks()
{
    const char* event = "kfree_skb";
    return {{"drops",
             {{{Backend::tp_btf, event}, "drop_typed"}, {{Backend::raw_tp, event}, "drop_raw"}}}};
}

Ring::Take drop_events(const Collector::Take& take)
{
    return [&take](const void* data, size_t size) {
        if (size >= sizeof(drop_event)) take(*static_cast<const drop_event*>(data));
    };
}

} // namespace

struct Collector::State {
    Skeleton<droptrace_bpf> skeleton;
    std::unique_ptr<Hooked> hooked; // detached before the programs go
    std::unique_ptr<Ring> ring;
};

Result<Collector> Collector::start(const CollectorOptions& options)
{
    TRY(check_ring(options.ring));
    if (options.btf.empty())
        TRY(check_btf());
    else
        TRY(KernelTypes::load(options.btf)); // libbpf's words on a bad file are many
    auto state = std::make_unique<State>();
    const auto configure = [&options](droptrace_bpf& opened) {
        bpf_map__set_max_entries(opened.maps.events, options.ring);
        opened.rodata->wake_at = options.ring / 4;
        opened.rodata->only = options.only;
    };
    state->hooked = std::make_unique<Hooked>(
        TRY(Hooked::attach(state->skeleton.loadable(object, configure, options.btf), hooks())));
    state->ring = std::make_unique<Ring>(TRY(Ring::open(state->skeleton->maps.events)));
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
    return state_->ring->poll(patience, drop_events(take));
}

Result<DropCounts> Collector::stop(const Take& take)
{
    DropCounts counts{};
    state_->hooked->detach();
    settle();
    counts.missed = TRY(state_->hooked->missed());
    counts.not_shown = TRY(state_->ring->drain(longest_drain, drop_events(take)));
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
