// SPDX-License-Identifier: GPL-2.0-only
#include "drops/harmless.h"

namespace gueway {

namespace {

// Seen in the lab during clean transfers. Functions and reasons are the kernel's; an empty one
// matches any.
struct Row {
    std::string_view function;
    std::string_view reason;
    std::string_view why;
};
constexpr std::string_view gro =
    "parts of a GRO packet, freed after its data was read or segmented";
constexpr std::string_view duplicate = "a segment that TCP had already";
constexpr std::string_view time_wait = "a segment for a connection in TIME_WAIT";
constexpr std::string_view lookup = "a question for a route, which the kernel asks with a packet";
constexpr std::string_view check = "a self-check of a new device";
constexpr Row rows[] = {
    {"skb_release_data", "", gro},
    {"kfree_skb_list_reason", "", gro},
    {"sk_stream_kill_queues", "", "what a closed socket still had queued"},
    {"tcp_v4_rcv", "NOT_SPECIFIED", time_wait},
    {"tcp_v6_rcv", "NOT_SPECIFIED", time_wait},
    {"", "TCP_OLD_DATA", duplicate},
    {"", "TCP_OFOMERGE", duplicate},
    {"", "TCP_INVALID_SEQUENCE", duplicate},
    {"", "TCP_RFC7323_PAWS", duplicate},
    {"", "TCP_OLD_ACK", duplicate},
    {"", "TCP_CLOSE", "a segment for a connection that has ended"},
    {"ip6_mc_input", "", "IPv6 multicast nobody here joined"},
    {"icmpv6_rcv", "NOT_SPECIFIED", "ICMPv6 messages, which end there once read"},
    {"inet_rtm_getroute", "", lookup},
    {"inet6_rtm_getroute", "", lookup},
    {"napi_get_frags_check", "", check},
    {"netif_napi_add_weight_locked", "", check},
};

bool matches(std::string_view wanted, std::string_view have)
{
    return wanted.empty() || wanted == have;
}

// A queueing discipline's own reasons (include/net/dropreason-core.h). What it drops is freed by
// the function that frees the parts of GRO packets, too.
bool queue_dropped(std::string_view reason)
{
    return reason.starts_with("QDISC_") || reason.starts_with("FQ_") || reason.starts_with("CAKE_");
}

} // namespace

std::string_view harmless_because(const DropCount& count)
{
    if (queue_dropped(count.reason)) return {};
    for (const auto& row : rows)
        if (matches(row.function, count.function()) && matches(row.reason, count.reason))
            return row.why;
    return {};
}

} // namespace gueway
