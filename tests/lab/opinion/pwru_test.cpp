// SPDX-License-Identifier: GPL-2.0-only
#include "pwru.h"

namespace gueway {
namespace {

// The functions that the packet passes, from its arrival to its free; a subset that is quick to
// attach to.
constexpr const char* on_the_way =
    "^(kfree_skb_reason|consume_skb|ip_rcv|ip_local_deliver|ip_local_out|__ip_local_out|ip_output|"
    "__dev_queue_xmit|validate_xmit_skb|__skb_gso_segment|skb_mac_gso_segment|inet_gso_segment|"
    "tcp_v4_rcv|skb_release_data)$";

TEST_F(Pwru, WithTheSameFilterDoesNotSeeTheDrop)
{
    compare({"pwru", "--filter-func", on_the_way}, std::chrono::seconds(60));
}

} // namespace
} // namespace gueway
