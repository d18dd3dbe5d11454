// SPDX-License-Identifier: GPL-2.0-only
#include "trace/harmless.h"

namespace gueway {

namespace {

// Seen in the lab on 6.1 during clean transfers; the functions are the kernel's.
struct Row {
    std::string_view function;
    std::string_view why;
};
constexpr Row rows[] = {
    {"skb_release_data", "parts of a GRO packet, freed after its data was read or segmented"},
    {"kfree_skb_list_reason", "parts of a GRO packet, freed after its data was read or segmented"},
    {"sk_stream_kill_queues", "what a closed socket still had queued"},
    {"ip6_mc_input", "IPv6 multicast nobody here joined"},
    {"napi_get_frags_check", "a self-check of a new device"},
    {"netif_napi_add_weight_locked", "a self-check of a new device"},
};

} // namespace

std::string_view harmless_because(std::string_view function)
{
    for (const auto& row : rows)
        if (row.function == function) return row.why;
    return {};
}

} // namespace gueway
