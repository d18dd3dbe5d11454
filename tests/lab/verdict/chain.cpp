// SPDX-License-Identifier: GPL-2.0-only
#include "chain.h"

#include "netlink/message.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/in.h> // before those of linux, which then leave its names alone
#include <sys/socket.h>

namespace gueway {

namespace {

using netlink::Message;

Message message(uint16_t type, uint16_t flags, uint8_t family, uint16_t resource)
{
    const nfgenmsg fixed{
        .nfgen_family = family, .version = NFNETLINK_V0, .res_id = htons(resource)};
    return {type, flags, {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed}};
}

Message order(uint16_t what, uint16_t flags)
{
    constexpr int subsystem_bits = 8;
    return message(static_cast<uint16_t>(NFNL_SUBSYS_NFTABLES << subsystem_bits | what), flags,
                   NFPROTO_IPV4, 0);
}

void put_text(Message& to, uint16_t id, const std::string& text)
{
    to.put(id, text.c_str(), text.size() + 1);
}

// All of them or none: a transaction. Only the last is acknowledged, and every refusal is told.
Result<void> commit(const Fd& socket, const std::vector<Message>& orders)
{
    std::vector<uint8_t> bytes;
    const auto add = [&](const Message& one) {
        bytes.insert(bytes.end(), one.bytes().begin(), one.bytes().end());
    };
    add(message(NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
    for (const auto& one : orders) add(one);
    add(message(NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
    constexpr const char* object = "nftables";
    if (::send(socket.get(), bytes.data(), bytes.size(), 0) < 0) return errno_error(object, "send");
    struct {
        nlmsghdr head;
        nlmsgerr error;
        std::array<uint8_t, 4096> rest;
    } answer{};
    if (::recv(socket.get(), &answer, sizeof answer, 0) < 0) return errno_error(object, "receive");
    if (answer.error.error == 0) return {};
    return Error{object, "commit", -answer.error.error, {}, {}};
}

Message new_table()
{
    auto made = order(NFT_MSG_NEWTABLE, NLM_F_CREATE);
    put_text(made, NFTA_TABLE_NAME, chain_table);
    return made;
}

Message new_chain(ChainSays policy)
{
    auto made = order(NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_ACK);
    put_text(made, NFTA_CHAIN_TABLE, chain_table);
    put_text(made, NFTA_CHAIN_NAME, chain_name);
    made.begin(NFTA_CHAIN_HOOK);
    made.put(NFTA_HOOK_HOOKNUM, htonl(NF_INET_PRE_ROUTING));
    made.put(NFTA_HOOK_PRIORITY, htonl(0));
    made.end();
    made.put(NFTA_CHAIN_POLICY, htonl(policy == ChainSays::drop ? NF_DROP : NF_ACCEPT));
    put_text(made, NFTA_CHAIN_TYPE, "filter");
    return made;
}

} // namespace

Result<Chain> Chain::add(const Namespace& where, ChainSays policy)
{
    auto socket = TRY(where.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
    TRY(commit(socket, {new_table(), new_chain(policy)}));
    return Chain(std::move(socket));
}

Chain::~Chain()
{
    if (!socket_) return;
    auto gone = order(NFT_MSG_DELTABLE, NLM_F_ACK);
    put_text(gone, NFTA_TABLE_NAME, chain_table);
    (void)commit(socket_, {gone});
}

} // namespace gueway
