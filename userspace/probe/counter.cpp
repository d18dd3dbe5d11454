// SPDX-License-Identifier: GPL-2.0-only
#include "probe/counter.h"

#include "bpf/count.h"
#include "count.skel.h"
#include "probe/skeleton.h"

#include <bpf/bpf.h>

namespace gueway {

namespace {

constexpr auto counter_object = "packet counter";

// The object has a program for each direction and kind of place.
Hook as_hook(const CounterHook& hook)
{
    Hook made{std::string(name(hook.direction)), {}};
    made.candidates.reserve(hook.candidates.size());
    for (const auto& target : hook.candidates)
        made.candidates.push_back(
            {target,
             made.purpose + (target.backend == Backend::fentry ? "_function" : "_tracepoint")});
    return made;
}

} // namespace

std::string_view name(Direction direction)
{
    return direction == Direction::transmit ? "transmit" : "receive";
}

std::vector<CounterHook> counter_hooks()
{
    return {
        {Direction::transmit,
         {{Backend::fentry, "__dev_queue_xmit"}, {Backend::tp_btf, "net_dev_queue"}}},
        {Direction::receive,
         {{Backend::fentry, "__netif_receive_skb_core"}, {Backend::tp_btf, "netif_receive_skb"}}},
    };
}

struct Counter::State {
    Skeleton<count_bpf> skeleton;
    std::unique_ptr<Hooked> hooked; // detached before the programs go
};

Result<Counter> Counter::load(const std::vector<CounterHook>& hooks)
{
    TRY(check_btf());
    auto state = std::make_unique<State>();
    std::vector<Hook> table;
    table.reserve(hooks.size());
    for (const auto& hook : hooks) table.push_back(as_hook(hook));
    state->hooked = std::make_unique<Hooked>(
        TRY(Hooked::attach(state->skeleton.loadable(counter_object, [](count_bpf&) {}), table)));
    return Counter(std::move(state));
}

Counter::Counter(std::unique_ptr<State> state) : state_(std::move(state)) {}
Counter::Counter(Counter&&) noexcept = default;
Counter& Counter::operator=(Counter&&) noexcept = default;
Counter::~Counter() = default;

const std::vector<Attachment>& Counter::attachments() const
{
    return state_->hooked->attachments();
}
Milliseconds Counter::load_time() const
{
    return state_->hooked->load_time();
}
Milliseconds Counter::attach_time() const
{
    return state_->hooked->attach_time();
}

Result<std::vector<DeviceCount>> Counter::read() const
{
    const int table = bpf_map__fd(state_->skeleton->maps.counts);
    std::vector<DeviceCount> all;
    count_key key{};
    const count_key* previous = nullptr; // entries are never deleted, so the walk meets each once
    while (bpf_map_get_next_key(table, previous, &key) == 0) {
        count_value value{};
        if (bpf_map_lookup_elem(table, &key, &value) != 0)
            return errno_error(counter_object, "read the table");
        all.push_back({key.netns, key.device,
                       key.direction == COUNT_TRANSMIT ? Direction::transmit : Direction::receive,
                       value.packets, value.bytes});
        previous = &key;
    }
    if (errno != ENOENT) return errno_error(counter_object, "walk the table");
    return all;
}

Result<uint64_t> Counter::lost() const
{
    return __atomic_load_n(&state_->skeleton->bss->lost, __ATOMIC_RELAXED) +
           TRY(state_->hooked->missed()).value_or(0); // counters are on no kprobe
}

} // namespace gueway
