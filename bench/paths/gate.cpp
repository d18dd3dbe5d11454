// SPDX-License-Identifier: GPL-2.0-only
// In traffic control a filter that matches all; in netfilter a chain of nf_tables without rules,
// whose policy decides (linux/netfilter/nf_tables.h; in a batch, as nfnetlink wants changes).
#include "bench/paths/gate.h"

#include "netlink/message.h"
#include "util/process.h"

#include <array>
#include <bit>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4.h>
#include <sys/socket.h>

namespace gueway::bench {

namespace {

bool is_traffic_control(Spot spot)
{
    return spot == Spot::arrival || spot == Spot::departure;
}

// --- traffic control ---

Result<void> command(const Argv& argv)
{
    TRY(run_ok(argv));
    return {};
}

Result<void> add_filter(const Place& place, Pass pass)
{
    TRY(command({"tc", "qdisc", "add", "dev", place.device, "clsact"}));
    return command({"tc", "filter", "add", "dev", place.device,
                    place.spot == Spot::arrival ? "ingress" : "egress", "matchall", "action",
                    pass == Pass::shut ? "drop" : "pass"});
}

Result<void> remove_filter(const Place& place)
{
    return command({"tc", "qdisc", "del", "dev", place.device, "clsact"});
}

// --- netfilter ---

constexpr const char* chain = "gate";

// IPVS hangs there at NF_IP_PRI_NAT_SRC - 2 and - 1 (net/netfilter/ipvs/ip_vs_core.c), and at
// LOCAL_OUT behind NF_IP_PRI_NAT_DST.
struct Hook {
    uint32_t number;
    int priority;
};
Hook hook_of(Spot spot)
{
    if (spot == Spot::forward) return {NF_INET_FORWARD, NF_IP_PRI_FIRST};
    if (spot == Spot::local_in) return {NF_INET_LOCAL_IN, NF_IP_PRI_NAT_SRC - 3};
    return {NF_INET_LOCAL_OUT, NF_IP_PRI_FIRST};
}

std::string table_of(Spot spot)
{
    return fmt::format("gueway_{}", static_cast<unsigned>(spot));
}

uint32_t be32(uint32_t value)
{
    return htonl(value);
}

void put_text(netlink::Message& message, uint16_t id, const std::string& text)
{
    message.put(id, text.c_str(), text.size() + 1);
}

constexpr std::array<uint8_t, sizeof(nfgenmsg)> fixed(uint8_t family, uint16_t resource)
{
    return {family, NFNETLINK_V0, static_cast<uint8_t>(resource >> 8),
            static_cast<uint8_t>(resource & 0xff)};
}

netlink::Message request(uint16_t type, uint16_t flags = 0)
{
    return {static_cast<uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | type),
            static_cast<uint16_t>(NLM_F_REQUEST | flags), fixed(NFPROTO_IPV4, 0)};
}

netlink::Message batch_end_of(uint16_t type)
{
    return {type, NLM_F_REQUEST, fixed(AF_UNSPEC, NFNL_SUBSYS_NFTABLES)};
}

netlink::Message table_request(uint16_t type, Spot spot, uint16_t flags)
{
    auto message = request(type, flags);
    put_text(message, NFTA_TABLE_NAME, table_of(spot));
    return message;
}

netlink::Message new_chain(Spot spot, Pass pass)
{
    const auto hook = hook_of(spot);
    auto message = request(NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK);
    put_text(message, NFTA_CHAIN_TABLE, table_of(spot));
    put_text(message, NFTA_CHAIN_NAME, chain);
    message.begin(NFTA_CHAIN_HOOK);
    message.put(NFTA_HOOK_HOOKNUM, be32(hook.number));
    message.put(NFTA_HOOK_PRIORITY, be32(static_cast<uint32_t>(hook.priority)));
    message.end();
    put_text(message, NFTA_CHAIN_TYPE, "filter");
    message.put(NFTA_CHAIN_POLICY, be32(pass == Pass::shut ? NF_DROP : NF_ACCEPT));
    return message;
}

// Sends them as one batch; the last is acknowledged.
Result<void> commit(const Namespace& where, const std::vector<netlink::Message>& messages)
{
    std::vector<uint8_t> bytes;
    for (const auto& message : messages)
        bytes.insert(bytes.end(), message.bytes().begin(), message.bytes().end());
    const auto socket = TRY(where.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
    if (::send(socket.get(), bytes.data(), bytes.size(), 0) < 0)
        return errno_error("nf_tables", "send");
    alignas(nlmsghdr) std::array<char, 4096> answer{};
    if (::recv(socket.get(), answer.data(), answer.size(), 0) < 0)
        return errno_error("nf_tables", "receive");
    const auto* head = reinterpret_cast<const nlmsghdr*>(answer.data());
    const int code = -static_cast<const nlmsgerr*>(NLMSG_DATA(head))->error;
    if (head->nlmsg_type != NLMSG_ERROR || code != 0)
        return Error{"nf_tables", "change a gate", code, {}, "modprobe nf_tables"};
    return {};
}

Result<void> add_chain(const Namespace& where, Spot spot, Pass pass)
{
    return commit(where, {batch_end_of(NFNL_MSG_BATCH_BEGIN),
                          table_request(NFT_MSG_NEWTABLE, spot, NLM_F_CREATE),
                          new_chain(spot, pass), batch_end_of(NFNL_MSG_BATCH_END)});
}

Result<void> remove_chain(const Namespace& where, Spot spot)
{
    return commit(where, {batch_end_of(NFNL_MSG_BATCH_BEGIN),
                          table_request(NFT_MSG_DELTABLE, spot, NLM_F_ACK),
                          batch_end_of(NFNL_MSG_BATCH_END)});
}

} // namespace

Result<Gate> Gate::set(const Namespace& where, const Place& place, Pass pass)
{
    if (is_traffic_control(place.spot))
        TRY(where.in([&] { return add_filter(place, pass); }));
    else
        TRY(add_chain(where, place.spot, pass));
    return Gate(where, place);
}

Gate::~Gate()
{
    if (!where_) return;
    if (is_traffic_control(place_.spot))
        (void)where_->in([&] { return remove_filter(place_); });
    else
        (void)remove_chain(*where_, place_.spot);
}

} // namespace gueway::bench
