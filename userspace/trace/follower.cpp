// SPDX-License-Identifier: GPL-2.0-only
#include "trace/follower.h"

#include "filter/translate.h"
#include "follow.skel.h"
#include "probe/sections.h"
#include "probe/skeleton.h"
#include "trace/ring.h"
#include "util/file.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <bpf/libbpf.h>
#include <linux/if_ether.h>

namespace gueway {

namespace {

constexpr auto object = "packet follower";

// Puts the filter in place of the stub of bpf/filter.h, in the programs by which packets arrive: it
// is the last function in them.
int put_filter(bpf_program* program, const std::vector<bpf_insn>& filter)
{
    const auto arrivals = std::to_array<std::string_view>({"arrive_received",
#define FOLLOW_NAME(function, ...) "fentry_" #function, "kprobe_" #function,
                                                           FOLLOW_RECEIVES(FOLLOW_NAME)
                                                               FOLLOW_RECEIVES_LISTS(FOLLOW_NAME)
                                                                   FOLLOW_LOCAL_OUT(FOLLOW_NAME)
#undef FOLLOW_NAME
    });
    if (std::ranges::find(arrivals, bpf_program__name(program)) == arrivals.end()) return 0;
    std::vector<bpf_insn> all(bpf_program__insns(program),
                              bpf_program__insns(program) + bpf_program__insn_cnt(program));
    constexpr size_t stub_size = 8; // instructions, at most
    size_t last = 0;                // where the last function that is called begins
    for (size_t at = 0; at < all.size(); ++at)
        if (all[at].code == (BPF_JMP | BPF_CALL) && all[at].src_reg == BPF_PSEUDO_CALL)
            last = std::max(last, at + 1 + static_cast<size_t>(all[at].imm));
    if (last == 0 || last >= all.size() || all.size() - last > stub_size) return -ENOEXEC;
    all.resize(last);
    all.insert(all.end(), filter.begin(), filter.end());
    return bpf_program__set_insns(program, all.data(), all.size());
}

constexpr std::array<const char*, FOLLOW_FUNCTIONS> functions = {
#define FOLLOW_NAME(function, ...) #function,
    FOLLOW_ALL(FOLLOW_NAME)
#undef FOLLOW_NAME
};

constexpr auto returning = std::to_array<const char*>({
#define FOLLOW_NAME(function, ...) #function,
    FOLLOW_RETURNS(FOLLOW_NAME)
#undef FOLLOW_NAME
});

Hook tracepoint(const char* purpose, const char* name, const char* program, bool required)
{
    return {purpose, {{{Backend::tp_btf, name}, program}}, required};
}

// A packet that has just been put into one of the other IP version has still its old protocol
// (__ip_local_out() sets it), one with a VLAN tag in its data that of the tag, one of this host
// that was not routed yet none.
uint16_t told_ethertype(const follow_event& event)
{
    constexpr auto may_be_ip =
        std::to_array<uint16_t>({ETH_P_IP, ETH_P_IPV6, ETH_P_8021Q, ETH_P_8021AD, 0});
    if (event.snapped == 0 || std::ranges::find(may_be_ip, event.protocol) == may_be_ip.end())
        return event.protocol;
    const unsigned version = event.snap[0] >> 4;
    return version == 4 ? ETH_P_IP : version == 6 ? ETH_P_IPV6 : event.protocol;
}

// An event ends where its last part would be empty.
Ring::Take whole_events(const Follower::Take& take)
{
    return [&take](const void* data, size_t size) {
        follow_event whole{};
        if (size < offsetof(follow_event, stack)) return;
        std::memcpy(&whole, data, std::min(size, sizeof whole));
        whole.protocol = told_ethertype(whole);
        take(whole);
    };
}

} // namespace

std::vector<Hook> follow_hooks(const selection& only)
{
    std::vector<Hook> hooks = {
        tracepoint("arrival", "netif_receive_skb", "arrive_received", true),
        tracepoint("drop", "kfree_skb", "end_dropped", true),
        tracepoint("end", "consume_skb", "end_consumed", true),
        {"change", {{{Backend::fentry, "pskb_expand_head"}, "fentry_pskb_expand_head"}}, true},
#define FOLLOW_END(function, argument) function_hook("end", #function, true),
        FOLLOW_ENDS(FOLLOW_END)
#undef FOLLOW_END
    };
    for (const std::string name : {"skb_clone", "skb_copy", "skb_copy_expand", "__pskb_copy_fclone",
                                   "pskb_expand_head", "skb_segment"})
        hooks.push_back(
            {"change", {{{Backend::fexit, name}, "fexit_" + name}}, name == "pskb_expand_head"});
    hooks.push_back(
        {"end", {{{Backend::fexit, "skb_gro_receive"}, "fexit_skb_gro_receive"}}, false});
    for (const std::string_view name : returning)
        hooks.push_back({"answer",
                         {{{Backend::fexit, std::string(name)}, "fexit_" + std::string(name)}},
                         false});
    for (const std::string_view name : functions) {
        const bool arrival = name == "__ip_local_out" || name == "ip6_output";
        hooks.push_back(function_hook(arrival ? "arrival" : "step", std::string(name), arrival));
    }
    if (only.device[0]) {
#define FOLLOW_NAME(function) hooks.push_back(function_hook("arrival", #function, true));
        FOLLOW_RECEIVES_LISTS(FOLLOW_NAME)
#undef FOLLOW_NAME
    }
    // A search for what no module has is dear.
    std::error_code ignored;
    const std::string chains = "nft_do_chain";
    if (!fs::exists("/sys/module/nf_tables", ignored)) return hooks;
    hooks.push_back({"chain", {{{Backend::fentry, chains}, "fentry_" + chains}}, false, chains});
    hooks.push_back({"chain", {{{Backend::fexit, chains}, "fexit_" + chains}}, false, chains});
    return hooks;
}

struct Follower::State {
    Skeleton<follow_bpf> skeleton;
    std::unique_ptr<Hooked> hooked; // detached before the programs go
    std::unique_ptr<Ring> ring;
    std::chrono::steady_clock::time_point began;
};

Result<Follower> Follower::start(const KernelTypes& types, const FollowerOptions& options)
{
    TRY(check_ring(options.ring));
    const auto filter = TRY(translate(TRY(compile_expression(options.expression)), FOLLOW_WINDOW));
    TRY(know_sections());
    const Preparing preparing([&filter](bpf_program* program, bpf_prog_load_opts*) {
        return put_filter(program, filter);
    });
    auto state = std::make_unique<State>();
    const auto configure = [&options](follow_bpf& opened) {
        bpf_map__set_max_entries(opened.maps.events, options.ring);
        opened.rodata->filter_subject = options.subject;
        opened.rodata->only = options.only;
        opened.rodata->wake_at = options.ring / 4;
        opened.rodata->with_stack = options.stack;
        opened.rodata->most_packets = options.most_packets;
    };
    state->hooked = std::make_unique<Hooked>(TRY(Hooked::attach(
        state->skeleton.loadable(object, configure), follow_hooks(options.only), &types)));
    state->ring = std::make_unique<Ring>(TRY(Ring::open(state->skeleton->maps.events)));
    state->began = std::chrono::steady_clock::now();
    state->skeleton->bss->running = 1;
    return Follower(std::move(state));
}

Follower::Follower(std::unique_ptr<State> state) : state_(std::move(state)) {}
Follower::Follower(Follower&&) noexcept = default;
Follower& Follower::operator=(Follower&&) noexcept = default;
Follower::~Follower() = default;

const Hooked& Follower::hooked() const
{
    return *state_->hooked;
}

std::chrono::steady_clock::time_point Follower::began() const
{
    return state_->began;
}

Result<uint64_t> Follower::poll(std::chrono::milliseconds patience, const Take& take)
{
    return state_->ring->poll(patience, whole_events(take));
}

Result<FollowCounts> Follower::stop(const Take& take)
{
    state_->skeleton->bss->over = 1;
    state_->hooked->detach();
    settle();
    const auto not_shown = TRY(state_->ring->drain(longest_drain, whole_events(take)));
    return FollowCounts{.totals = state_->skeleton->bss->totals,
                        .missed = TRY(state_->hooked->missed()),
                        .not_shown = not_shown,
                        .still_followed = state_->skeleton->bss->alive};
}

} // namespace gueway
