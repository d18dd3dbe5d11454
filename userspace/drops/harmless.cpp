// SPDX-License-Identifier: GPL-2.0-only
#include "drops/harmless.h"

namespace gueway {

namespace {

// Seen in the lab during clean transfers. Functions and reasons are the kernel's; an empty one
// matches any. TCP_RFC7323_PAWS and TCP_INVALID_SEQUENCE are not here: mostly duplicates, but also
// what two hosts behind one address, or a connection on the wrong worker, lose.
//   only_unwrapped  the function also frees what a queue or a device that is down loses; but the
//                   parts of a GRO packet have lost their headers to its first (skb_gro_receive)
struct Row {
    std::string_view function;
    std::string_view reason;
    std::string_view why;
    bool only_unwrapped = false;
};
constexpr std::string_view gro =
    "parts of a GRO packet, freed after its data was read or segmented";
constexpr std::string_view duplicate = "a segment that TCP had already";
constexpr std::string_view time_wait = "a segment for a connection in TIME_WAIT";
constexpr std::string_view echo =
    "an echo reply that no ping socket waits for; raw sockets had copies";
constexpr std::string_view lookup = "a question for a route, which the kernel asks with a packet";
constexpr std::string_view check = "a self-check of a new device";
constexpr Row rows[] = {
    {"skb_release_data", "", gro},
    {"kfree_skb_list", "", gro, true},
    {"kfree_skb_list_reason", "", gro, true},
    {"sk_stream_kill_queues", "", "what a closed socket still had queued"},
    {"tcp_v4_rcv", "NOT_SPECIFIED", time_wait},
    {"tcp_v6_rcv", "NOT_SPECIFIED", time_wait},
    {"", "TCP_OLD_DATA", duplicate},
    {"", "TCP_OFOMERGE", duplicate},
    {"", "TCP_OLD_ACK", duplicate},
    {"", "TCP_CLOSE", "a segment for a connection that has ended"},
    {"ip6_mc_input", "", "IPv6 multicast nobody here joined"},
    {"ping_rcv", "NO_SOCKET", echo},
    {"icmp_rcv", "NO_SOCKET", echo},
    {"icmpv6_rcv", "NO_SOCKET", echo},
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

} // namespace

bool queue_dropped(std::string_view reason)
{
    return reason.starts_with("QDISC_") || reason.starts_with("FQ_") || reason.starts_with("CAKE_");
}

std::string_view harmless_because(const DropCount& count, Unwrapped unwrapped)
{
    if (queue_dropped(count.reason)) return {};
    for (const auto& row : rows)
        if (matches(row.function, count.function()) && matches(row.reason, count.reason) &&
            !(row.only_unwrapped && unwrapped == Unwrapped::no))
            return row.why;
    return {};
}

} // namespace gueway
