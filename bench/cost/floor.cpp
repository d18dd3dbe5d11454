// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cost/floor.h"

#include "floor.skel.h"
#include "probe/skeleton.h"
#include "trace/follower.h"

namespace gueway::bench {

namespace {

constexpr uint16_t nobodys_port = 9;
constexpr uint32_t ring = 64 << 20; // bytes: nobody reads it

std::vector<Hook> hooks_of(const floor_bpf& opened)
{
    auto hooks = follow_hooks();
    for (auto& hook : hooks)
        std::erase_if(hook.candidates, [&](const Candidate& candidate) {
            return !bpf_object__find_program_by_name(opened.obj, candidate.program.c_str());
        });
    std::erase_if(hooks, [](const Hook& hook) { return hook.candidates.empty(); });
    return hooks;
}

} // namespace

struct Floor::State {
    Skeleton<floor_bpf> skeleton;
    std::unique_ptr<Hooked> hooked;
};

Result<Floor> Floor::start(unsigned telling)
{
    const auto types = TRY(KernelTypes::load());
    auto state = std::make_unique<State>();
    const auto loadable = state->skeleton.loadable("floor", [telling](floor_bpf& opened) {
        opened.rodata->port = nobodys_port;
        opened.rodata->telling = static_cast<int>(telling);
        bpf_map__set_max_entries(opened.maps.events, ring);
    });
    TRY(loadable.open());
    const auto hooks = hooks_of(*state->skeleton.operator->());
    state->hooked = std::make_unique<Hooked>(TRY(Hooked::attach(loadable, hooks, &types)));
    return Floor(std::move(state));
}

Floor::Floor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Floor::Floor(Floor&&) noexcept = default;
Floor::~Floor() = default;

} // namespace gueway::bench
