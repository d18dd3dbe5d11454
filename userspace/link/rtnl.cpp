// SPDX-License-Identifier: GPL-2.0-only
#include "link/rtnl.h"

#include "util/text.h"

#include <array>
#include <cerrno>

#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>

namespace gueway {

namespace {

struct Answer {
    bool come = false;
    int code = 0; // errno; 0: done
    std::string words;
};

// The attributes behind an error message hold the kernel's words; NETLINK_CAP_ACK keeps our own
// message out of the way, so that they follow the fixed part (linux/netlink.h, struct nlmsgerr).
std::string extended(nlmsgerr* error)
{
    auto* header = reinterpret_cast<nlmsghdr*>(error) - 1;
    if ((header->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return {};
    const int length = static_cast<int>(header->nlmsg_len - NLMSG_LENGTH(sizeof *error));
    auto* first = reinterpret_cast<nlattr*>(error + 1);
    const nlattr* message = nla_find(first, length, NLMSGERR_ATTR_MSG);
    return message ? std::string(nla_get_string(message)) : std::string{};
}

int on_error(sockaddr_nl*, nlmsgerr* error, void* to)
{
    *static_cast<Answer*>(to) = {true, -error->error, extended(error)};
    return NL_STOP;
}

int on_ack(nl_msg*, void* to)
{
    static_cast<Answer*>(to)->come = true;
    return NL_STOP;
}

int errno_of(int code)
{
    static constexpr std::array<std::pair<int, int>, 12> table = {{{NLE_INTR, EINTR},
                                                                   {NLE_DUMP_INTR, EINTR},
                                                                   {NLE_AGAIN, EAGAIN},
                                                                   {NLE_EXIST, EEXIST},
                                                                   {NLE_NOADDR, EADDRNOTAVAIL},
                                                                   {NLE_OBJ_NOTFOUND, ENOENT},
                                                                   {NLE_OPNOTSUPP, EOPNOTSUPP},
                                                                   {NLE_AF_NOSUPPORT, EAFNOSUPPORT},
                                                                   {NLE_PERM, EPERM},
                                                                   {NLE_BUSY, EBUSY},
                                                                   {NLE_NODEV, ENODEV},
                                                                   {NLE_NOMEM, ENOMEM}}};
    for (const auto& [ours, theirs] : table)
        if (ours == std::abs(code)) return theirs;
    return 0;
}

} // namespace

void Rtnl::Free::operator()(nl_sock* socket) const
{
    nl_socket_free(socket);
}

Result<Rtnl> Rtnl::open(std::string place)
{
    nl_sock* socket = nl_socket_alloc();
    if (!socket) return Error{place, "allocate a netlink socket", ENOMEM, {}, {}};
    Rtnl rtnl(std::move(place), socket);
    if (const int failed = nl_connect(socket, NETLINK_ROUTE); failed < 0)
        return netlink_error(failed, rtnl.place_, "connect to rtnetlink");
    const int on = 1;
    for (const int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK})
        if (::setsockopt(nl_socket_get_fd(socket), SOL_NETLINK, option, &on, sizeof on) != 0)
            return errno_error(rtnl.place_, "ask rtnetlink for its words");
    return rtnl;
}

namespace {

nl_msg* copy(const netlink::Message& message)
{
    // libnl takes a pointer to change, and does not change it.
    return nlmsg_convert(
        const_cast<nlmsghdr*>(reinterpret_cast<const nlmsghdr*>(message.bytes().data())));
}

} // namespace

Result<void> Rtnl::talk(nl_msg* message, const std::string& object, const std::string& operation,
                        const std::string& remedy) const
{
    const int sent = nl_send_auto(socket_.get(), message);
    nlmsg_free(message);
    if (sent < 0) return netlink_error(sent, object, operation, remedy);

    Answer answer;
    nl_cb* handlers = nl_cb_alloc(NL_CB_DEFAULT);
    const Defer free_handlers([&] { nl_cb_put(handlers); });
    nl_cb_err(handlers, NL_CB_CUSTOM, on_error, &answer);
    nl_cb_set(handlers, NL_CB_ACK, NL_CB_CUSTOM, on_ack, &answer);
    while (!answer.come) {
        const int received = nl_recvmsgs(socket_.get(), handlers);
        if (received < 0 && !answer.come) return netlink_error(received, object, operation, remedy);
    }
    if (answer.code == 0) return {};
    Error failed{object, operation, answer.code, std::move(answer.words), remedy};
    if (failed.code == EPERM) failed.remedy = "needs root (CAP_NET_ADMIN)";
    return failed;
}

Result<void> Rtnl::talk(const netlink::Message& message, const std::string& object,
                        const std::string& operation, const std::string& remedy) const
{
    if (message.overflowed()) return Error{object, operation, EMSGSIZE, {}, remedy};
    return talk(copy(message), object, operation, remedy);
}

namespace {

struct Reading {
    const Rtnl::Each* each = nullptr;
    Result<void> outcome;
    int code = 0; // errno of the kernel's refusal
};

// The rest of a dump is read even when `each` gave up: it would stand before the next answer.
int on_object(nl_msg* message, void* to)
{
    auto* const reading = static_cast<Reading*>(to);
    const nlmsghdr* const head = nlmsg_hdr(message);
    const auto* const payload = static_cast<const uint8_t*>(nlmsg_data(head));
    if (reading->outcome)
        reading->outcome = (*reading->each)({payload, static_cast<size_t>(nlmsg_datalen(head))});
    return NL_OK;
}

int on_refusal(sockaddr_nl*, nlmsgerr* error, void* to)
{
    static_cast<Reading*>(to)->code = -error->error;
    return NL_STOP;
}

} // namespace

Result<void> Rtnl::dump(const netlink::Message& request, const std::string& object,
                        const std::string& operation, const Each& each) const
{
    nl_msg* const message = copy(request);
    nlmsg_hdr(message)->nlmsg_flags |= NLM_F_DUMP;
    const int sent = nl_send_auto(socket_.get(), message);
    nlmsg_free(message);
    if (sent < 0) return netlink_error(sent, object, operation);

    Reading reading{.each = &each};
    nl_cb* const handlers = nl_cb_alloc(NL_CB_DEFAULT);
    const Defer free_handlers([&] { nl_cb_put(handlers); });
    nl_cb_err(handlers, NL_CB_CUSTOM, on_refusal, &reading);
    nl_cb_set(handlers, NL_CB_VALID, NL_CB_CUSTOM, on_object, &reading);
    const int received = nl_recvmsgs(socket_.get(), handlers);
    if (reading.code != 0) return Error{object, operation, reading.code, {}, {}};
    if (received < 0) return netlink_error(received, object, operation);
    return reading.outcome;
}

Error netlink_error(int code, std::string object, std::string operation, std::string remedy)
{
    Error failed{std::move(object), std::move(operation), errno_of(code), {}, std::move(remedy)};
    if (failed.code == 0) failed.detail = nl_geterror(code);
    return failed;
}

} // namespace gueway
