// SPDX-License-Identifier: GPL-2.0-only
// The filters of traffic control that take the Ethernet header off packets to a VIP, before IPVS
// sees them: u32 at a device's ingress, with the action "vlan pop_eth". A family's first VIP is met
// at once, in the root table, which is the cheapest for one; the others are in a table of 256
// buckets behind it, by the last byte of the destination. Messages only, without a kernel:
// linux/pkt_cls.h, linux/tc_act/tc_vlan.h, net/sched/cls_u32.c, act_vlan.c.
#pragma once

#include "netlink/attributes.h"
#include "netlink/message.h"
#include "util/address.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <string>

#include <linux/pkt_sched.h>

namespace gueway::mitigate {

// Behind the filters of others, which shall see the packet whole. IPv4 and IPv6 have one each: a
// preference has one protocol.
constexpr uint16_t preference(int family)
{
    return family == AF_INET6 ? 64006 : 64004;
}
// Numbers of hash tables are shared by all u32 filters of a qdisc.
constexpr uint32_t table(int family)
{
    return (family == AF_INET6 ? 0x660U : 0x640U) << 20;
}

// A filter of ours, of one VIP.
//   root        the handle that the kernel gave it in the root table; 0: it is in ours
//   node        its place in the VIP's bucket there, from 1
//   owns_qdisc  the qdisc that it is in was made for it. It is in the action's cookie, which says
//               that the filter is ours
//   packets     that it has matched
struct Rule {
    Address vip;
    uint32_t root = 0;
    uint16_t node = 1;
    bool owns_qdisc = false;
    uint64_t packets = 0;

    uint32_t bucket() const; // last byte of the VIP
    uint32_t handle() const; // as the kernel numbers it: table, bucket and node
    // What `root` is of a rule that is to be: the kernel chooses.
    static constexpr uint32_t root_table = TC_H_ROOT;
};

// Requests of rtnetlink for the device of that index. A family gets a rule in the root table; for
// more, our table, then its rules, and last the link from the root that brings packets there.
netlink::Message add_qdisc(int device);
netlink::Message remove_qdisc(int device);
netlink::Message add_table(int device, int family);
netlink::Message add_rule(int device, const Rule& rule);
netlink::Message add_link(int device, int family);
// One filter or table of ours; handle 0: the preference as a whole.
netlink::Message remove_filter(int device, int family, uint32_t handle);
// Dumps. `egress` of a clsact, else what arrives.
netlink::Message list_filters(int device, bool egress);
netlink::Message list_qdiscs();

// An object of such a dump, as far as it matters here.
struct Filter {
    uint16_t preference = 0;
    std::string kind;
    uint32_t handle = 0;
    uint32_t link = 0;        // u32: the table that it leads to
    std::optional<Rule> rule; // when it has our cookie
};
Result<Filter> parse_filter(netlink::Bytes message);

// Of one device; nothing when it is of another device, or none that has filters of arriving packets
// ("clsact", or the older "ingress").
std::optional<std::string> parse_ingress_qdisc(netlink::Bytes message, int device);

} // namespace gueway::mitigate
