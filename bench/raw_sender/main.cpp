// SPDX-License-Identifier: GPL-2.0-only
// The floor: a process that does nothing but send the messages of one case, made from constants
// with libmnl alone, 200 a send, the last of each acknowledged. mh is set when the workers are
// there, since it makes its table anew for each; for others that would only cost a change of
// scheduler. None of the code under test is in it.
//
//   raw_sender CASE      by its number
#include "bench/bulk/case.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>

namespace {

using namespace gueway::bench;

constexpr size_t messages_a_send = 200, room_a_message = 512;

[[noreturn]] void fail(const char* what)
{
    std::perror(what);
    std::exit(1);
}

class Sender {
public:
    Sender() : socket_(mnl_socket_open(NETLINK_GENERIC)), room_(messages_a_send * room_a_message)
    {
        if (!socket_ || mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID) < 0) fail("socket");
        family_ = find_family();
    }
    Sender(const Sender&) = delete;
    ~Sender() { mnl_socket_close(socket_); }

    nlmsghdr* begin(uint8_t command) { return begin(family_, command, IPVS_GENL_VERSION); }

    void end(nlmsghdr* message)
    {
        used_ += MNL_ALIGN(message->nlmsg_len);
        last_ = message;
        if (++count_ == messages_a_send) flush();
    }

    void flush()
    {
        if (count_ == 0) return;
        last_->nlmsg_flags |= NLM_F_ACK;
        if (mnl_socket_sendto(socket_, room_.data(), used_) < 0) fail("send");
        char answer[8192];
        for (bool done = false; !done;) {
            const auto got = mnl_socket_recvfrom(socket_, answer, sizeof answer);
            if (got < 0) fail("receive");
            auto left = static_cast<int>(got);
            auto* head = reinterpret_cast<nlmsghdr*>(answer);
            for (; mnl_nlmsg_ok(head, left); head = mnl_nlmsg_next(head, &left)) {
                const auto* error = static_cast<nlmsgerr*>(mnl_nlmsg_get_payload(head));
                errno = -error->error;
                if (errno) fail("the kernel's answer");
                done |= head->nlmsg_seq == sequence_;
            }
        }
        used_ = count_ = 0;
    }

private:
    nlmsghdr* begin(uint16_t type, uint8_t command, uint8_t version)
    {
        nlmsghdr* message = mnl_nlmsg_put_header(room_.data() + used_);
        message->nlmsg_type = type;
        message->nlmsg_flags = NLM_F_REQUEST;
        message->nlmsg_seq = ++sequence_;
        auto* generic =
            static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(message, sizeof(genlmsghdr)));
        generic->cmd = command;
        generic->version = version;
        return message;
    }

    uint16_t find_family()
    {
        nlmsghdr* message = begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
        mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, IPVS_GENL_NAME);
        if (mnl_socket_sendto(socket_, message, message->nlmsg_len) < 0) fail("send");
        char answer[8192];
        if (mnl_socket_recvfrom(socket_, answer, sizeof answer) < 0) fail("receive");
        const auto* head = reinterpret_cast<nlmsghdr*>(answer);
        const auto* at =
            static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(head, sizeof(genlmsghdr)));
        const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(head));
        for (; mnl_attr_ok(at, static_cast<int>(end - reinterpret_cast<const char*>(at)));
             at = mnl_attr_next(at))
            if (mnl_attr_get_type(at) == CTRL_ATTR_FAMILY_ID) return mnl_attr_get_u16(at);
        errno = ENOENT;
        fail("family IPVS");
    }

    mnl_socket* socket_;
    std::vector<char> room_;
    uint16_t family_ = 0;
    uint32_t sequence_ = 0;
    size_t used_ = 0, count_ = 0;
    nlmsghdr* last_ = nullptr;
};

void put_address(nlmsghdr* message, uint16_t id, uint32_t host_order)
{
    uint32_t words[4] = {htonl(host_order), 0, 0, 0};
    mnl_attr_put(message, id, sizeof words, words);
}

void put_key(nlmsghdr* message, unsigned service)
{
    mnl_attr_put_u16(message, IPVS_SVC_ATTR_AF, AF_INET);
    mnl_attr_put_u16(message, IPVS_SVC_ATTR_PROTOCOL, IPPROTO_TCP);
    put_address(message, IPVS_SVC_ATTR_ADDR, vip);
    mnl_attr_put_u16(message, IPVS_SVC_ATTR_PORT,
                     htons(static_cast<uint16_t>(first_port + service)));
}

void put_service(Sender& sender, uint8_t command, unsigned service, const char* scheduler)
{
    nlmsghdr* message = sender.begin(command);
    nlattr* nest = mnl_attr_nest_start(message, IPVS_CMD_ATTR_SERVICE);
    put_key(message, service);
    const ip_vs_flags flags{.flags = 0, .mask = ~0U};
    mnl_attr_put_strz(message, IPVS_SVC_ATTR_SCHED_NAME, scheduler);
    mnl_attr_put(message, IPVS_SVC_ATTR_FLAGS, sizeof flags, &flags);
    mnl_attr_put_u32(message, IPVS_SVC_ATTR_TIMEOUT, 0);
    mnl_attr_put_u32(message, IPVS_SVC_ATTR_NETMASK, ~0U);
    mnl_attr_nest_end(message, nest);
    sender.end(message);
}

void put_worker(Sender& sender, unsigned service, unsigned worker)
{
    nlmsghdr* message = sender.begin(IPVS_CMD_NEW_DEST);
    nlattr* nest = mnl_attr_nest_start(message, IPVS_CMD_ATTR_SERVICE);
    put_key(message, service);
    mnl_attr_nest_end(message, nest);
    nest = mnl_attr_nest_start(message, IPVS_CMD_ATTR_DEST);
    put_address(message, IPVS_DEST_ATTR_ADDR, first_worker + worker);
    mnl_attr_put_u16(message, IPVS_DEST_ATTR_PORT, htons(worker_port));
    mnl_attr_put_u16(message, IPVS_DEST_ATTR_ADDR_FAMILY, AF_INET);
    mnl_attr_put_u32(message, IPVS_DEST_ATTR_FWD_METHOD, IP_VS_CONN_F_TUNNEL);
    mnl_attr_put_u32(message, IPVS_DEST_ATTR_WEIGHT, worker_weight);
    mnl_attr_put_u32(message, IPVS_DEST_ATTR_U_THRESH, 0);
    mnl_attr_put_u32(message, IPVS_DEST_ATTR_L_THRESH, 0);
    mnl_attr_put_u8(message, IPVS_DEST_ATTR_TUN_TYPE, IP_VS_CONN_F_TUNNEL_TYPE_GUE);
    mnl_attr_put_u16(message, IPVS_DEST_ATTR_TUN_PORT, htons(gue_port));
    mnl_attr_put_u16(message, IPVS_DEST_ATTR_TUN_FLAGS, IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM);
    mnl_attr_nest_end(message, nest);
    sender.end(message);
}

} // namespace

int main(int argc, char** argv)
{
    const unsigned long number = argc == 2 ? std::strtoul(argv[1], nullptr, 10) : cases.size();
    if (number >= cases.size()) {
        std::fprintf(stderr, "raw_sender: which case?\n");
        return 2;
    }
    const auto& load = cases[number];
    const bool late = std::strcmp(load.scheduler, "mh") == 0;
    Sender sender;
    for (unsigned service = 0; service < load.services; ++service) {
        put_service(sender, IPVS_CMD_NEW_SERVICE, service, late ? "none" : load.scheduler);
        for (unsigned worker = 0; worker < load.workers; ++worker)
            put_worker(sender, service, worker);
        if (late) put_service(sender, IPVS_CMD_SET_SERVICE, service, load.scheduler);
    }
    sender.flush();
}
