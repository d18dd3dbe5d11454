// SPDX-License-Identifier: GPL-2.0-only
#include "mitigate/filter.h"

#include <array>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <linux/gen_stats.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_vlan.h>

namespace gueway::mitigate {

namespace {

using netlink::Bytes;
using netlink::Message;

constexpr uint32_t arriving = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS);
constexpr uint32_t leaving = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS);
constexpr uint32_t clsact = TC_H_MAKE(TC_H_CLSACT, 0);
constexpr uint32_t buckets = 256, bucket_mask = buckets - 1;
constexpr unsigned bucket_shift = 12; // TC_U32_HASH
constexpr uint16_t first_action = 1;  // actions of a filter count from 1

// TCA_ACT_COOKIE has up to 16 bytes: this, and whether the qdisc is ours too.
constexpr std::string_view cookie = "gueway-mitigate";
constexpr char with_qdisc = 'q', without_qdisc = '-';

// Where the destination is in the IP header, and how long.
struct Place {
    unsigned offset, size;
};
constexpr Place destination(int family)
{
    return family == AF_INET6 ? Place{24, 16} : Place{16, 4};
}
constexpr unsigned word = sizeof(uint32_t);

template <class T>
std::span<const uint8_t> raw(const T& value)
{
    return {reinterpret_cast<const uint8_t*>(&value), sizeof value};
}

Message request(uint16_t type, uint16_t flags, const tcmsg& fixed)
{
    return {type, flags, raw(fixed)};
}

Message of_filter(uint16_t type, uint16_t flags, int device, int family, uint32_t handle)
{
    const uint16_t protocol = htons(family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP);
    auto message =
        request(type, flags,
                {.tcm_family = AF_UNSPEC,
                 .tcm_ifindex = device,
                 .tcm_handle = handle,
                 .tcm_parent = arriving,
                 .tcm_info = static_cast<uint32_t>(preference(family)) << 16 | protocol});
    message.put(TCA_KIND, "u32", sizeof "u32");
    return message;
}

constexpr uint16_t make_new = NLM_F_CREATE | NLM_F_EXCL;

// A NIC that could do it by itself would see the VIP's packets with Ethernet's header all the same.
void keep_in_software(Message& message)
{
    message.put(TCA_U32_FLAGS, uint32_t{TCA_CLS_FLAGS_SKIP_HW});
}

// struct tc_u32_sel with its keys behind it.
std::vector<uint8_t> selector(const tc_u32_sel& head, const std::vector<tc_u32_key>& keys)
{
    std::vector<uint8_t> bytes(sizeof head + keys.size() * sizeof(tc_u32_key));
    std::memcpy(bytes.data(), &head, sizeof head);
    if (!keys.empty())
        std::memcpy(bytes.data() + sizeof head, keys.data(), keys.size() * sizeof(tc_u32_key));
    return bytes;
}

std::vector<tc_u32_key> keys_of(const Address& vip)
{
    const auto [offset, size] = destination(vip.family);
    std::vector<tc_u32_key> keys;
    for (unsigned at = 0; at < size; at += word) {
        tc_u32_key key{.mask = ~uint32_t{0}, .off = static_cast<int>(offset + at)};
        std::memcpy(&key.val, vip.bytes.data() + at, sizeof key.val);
        keys.push_back(key);
    }
    return keys;
}

// What follows sees the packet after it: the filters behind ours are asked, too (TC_ACT_UNSPEC).
void put_action(Message& message, bool owns_qdisc)
{
    std::string mark(cookie);
    mark += owns_qdisc ? with_qdisc : without_qdisc;
    const tc_vlan parameters{.action = TC_ACT_UNSPEC, .v_action = TCA_VLAN_ACT_POP_ETH};
    message.begin(TCA_U32_ACT);
    message.begin(first_action);
    message.put(TCA_ACT_KIND, "vlan", sizeof "vlan");
    message.put(TCA_ACT_COOKIE, mark.data(), mark.size());
    message.begin(TCA_ACT_OPTIONS);
    message.put(TCA_VLAN_PARMS, parameters);
    message.end();
    message.end();
    message.end();
}

std::optional<uint32_t> number(Bytes attributes, uint16_t id)
{
    const auto payload = netlink::find(attributes, id);
    uint32_t value = 0;
    if (!payload || payload->size() != sizeof value) return {};
    std::memcpy(&value, payload->data(), sizeof value);
    return value;
}

std::string text_of(Bytes attributes, uint16_t id)
{
    const auto payload = netlink::find(attributes, id).value_or(Bytes());
    const std::string_view text(reinterpret_cast<const char*>(payload.data()), payload.size());
    return std::string(text.substr(0, text.find('\0')));
}

// The VIP that a selector compares with, when it is one of ours.
std::optional<Address> vip_of(Bytes selector, int family)
{
    tc_u32_sel head{};
    if (selector.size() < sizeof head) return {};
    std::memcpy(&head, selector.data(), sizeof head);
    Address vip{.family = family};
    const auto expected = keys_of(vip);
    const auto keys = selector.subspan(sizeof head);
    if (head.nkeys != expected.size() || keys.size() < expected.size() * sizeof(tc_u32_key))
        return {};
    for (size_t i = 0; i < expected.size(); ++i) {
        tc_u32_key key{};
        std::memcpy(&key, keys.data() + i * sizeof key, sizeof key);
        if (key.mask != expected[i].mask || key.off != expected[i].off) return {};
        std::memcpy(vip.bytes.data() + i * word, &key.val, sizeof key.val);
    }
    return vip;
}

std::optional<Bytes> inside(std::optional<Bytes> attributes, uint16_t id)
{
    return attributes ? netlink::find(*attributes, id) : std::nullopt;
}

uint64_t matched(Bytes action)
{
    const auto basic = inside(netlink::find(action, TCA_ACT_STATS), TCA_STATS_BASIC);
    gnet_stats_basic counted{};
    // The kernel leaves the padding out.
    if (!basic || basic->size() < offsetof(gnet_stats_basic, packets) + sizeof counted.packets)
        return 0;
    std::memcpy(&counted, basic->data(), std::min(basic->size(), sizeof counted));
    return counted.packets;
}

std::optional<Rule> parse_rule(Bytes options, int family, uint32_t handle)
{
    const auto action = inside(netlink::find(options, TCA_U32_ACT), first_action);
    const auto mark = inside(action, TCA_ACT_COOKIE);
    const auto chosen = netlink::find(options, TCA_U32_SEL);
    if (!action || !mark || !chosen || mark->size() != cookie.size() + 1 ||
        std::memcmp(mark->data(), cookie.data(), cookie.size()) != 0)
        return {};
    const auto vip = vip_of(*chosen, family);
    if (!vip) return {};
    return Rule{.vip = *vip,
                .root = TC_U32_HTID(handle) == table(family) ? 0 : handle,
                .node = static_cast<uint16_t>(TC_U32_NODE(handle)),
                .owns_qdisc = mark->back() == with_qdisc,
                .packets = matched(*action)};
}

} // namespace

uint32_t Rule::bucket() const
{
    return vip.bytes[static_cast<size_t>(vip.size()) - 1];
}

uint32_t Rule::handle() const
{
    return root ? root : table(vip.family) | bucket() << bucket_shift | node;
}

Message add_qdisc(int device)
{
    auto message =
        request(RTM_NEWQDISC, make_new,
                {.tcm_ifindex = device, .tcm_handle = clsact, .tcm_parent = TC_H_CLSACT});
    message.put(TCA_KIND, "clsact", sizeof "clsact");
    return message;
}

Message remove_qdisc(int device)
{
    return request(RTM_DELQDISC, 0,
                   {.tcm_ifindex = device, .tcm_handle = clsact, .tcm_parent = TC_H_CLSACT});
}

Message add_table(int device, int family)
{
    auto message = of_filter(RTM_NEWTFILTER, make_new, device, family, table(family));
    message.begin(TCA_OPTIONS);
    message.put(TCA_U32_DIVISOR, buckets);
    keep_in_software(message);
    message.end();
    return message;
}

Message add_rule(int device, const Rule& rule)
{
    const int family = rule.vip.family;
    const auto keys = keys_of(rule.vip);
    const auto match = selector(
        {.flags = TC_U32_TERMINAL, .nkeys = static_cast<unsigned char>(keys.size())}, keys);
    auto message =
        of_filter(RTM_NEWTFILTER, make_new, device, family, rule.root ? 0 : rule.handle());
    message.begin(TCA_OPTIONS);
    if (!rule.root) message.put(TCA_U32_HASH, table(family) | rule.bucket() << bucket_shift);
    message.put(TCA_U32_SEL, match.data(), match.size());
    keep_in_software(message);
    put_action(message, rule.owns_qdisc);
    message.end();
    return message;
}

Message add_link(int device, int family)
{
    const auto [offset, size] = destination(family);
    const auto match = selector(
        {.hoff = static_cast<short>(offset + size - word), .hmask = htonl(bucket_mask)}, {});
    auto message = of_filter(RTM_NEWTFILTER, make_new, device, family, 0);
    message.begin(TCA_OPTIONS);
    message.put(TCA_U32_LINK, table(family));
    message.put(TCA_U32_SEL, match.data(), match.size());
    keep_in_software(message);
    message.end();
    return message;
}

Message remove_filter(int device, int family, uint32_t handle)
{
    return of_filter(RTM_DELTFILTER, 0, device, family, handle);
}

Message list_filters(int device, bool egress)
{
    return request(RTM_GETTFILTER, 0,
                   {.tcm_ifindex = device, .tcm_parent = egress ? leaving : arriving});
}

Message list_qdiscs()
{
    return request(RTM_GETQDISC, 0, {});
}

Result<Filter> parse_filter(Bytes message)
{
    tcmsg fixed{};
    if (message.size() < sizeof fixed)
        return Error{"traffic control's filter", "read", EBADMSG, {}, {}};
    std::memcpy(&fixed, message.data(), sizeof fixed);
    const auto attributes = message.subspan(NLMSG_ALIGN(sizeof fixed));
    Filter filter{.preference = static_cast<uint16_t>(fixed.tcm_info >> 16),
                  .kind = text_of(attributes, TCA_KIND),
                  .handle = fixed.tcm_handle};
    const auto options = netlink::find(attributes, TCA_OPTIONS);
    if (filter.kind != "u32" || !options) return filter;
    filter.link = number(*options, TCA_U32_LINK).value_or(0);
    for (const int family : {AF_INET, AF_INET6})
        if (filter.preference == preference(family))
            filter.rule = parse_rule(*options, family, filter.handle);
    return filter;
}

std::optional<std::string> parse_ingress_qdisc(Bytes message, int device)
{
    tcmsg fixed{};
    if (message.size() < sizeof fixed) return {};
    std::memcpy(&fixed, message.data(), sizeof fixed);
    if (fixed.tcm_ifindex != device || fixed.tcm_parent != TC_H_CLSACT) return {};
    return text_of(message.subspan(NLMSG_ALIGN(sizeof fixed)), TCA_KIND);
}

} // namespace gueway::mitigate
