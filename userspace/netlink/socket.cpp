// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <sys/socket.h>

namespace gueway::netlink {

namespace {

// The kernel makes the pieces of a dump as large as the largest buffer it was ever read with, up to
// 32 KiB (netlink_recvmsg, max_recvmsg_len). Larger pieces mean fewer walks over its lists.
constexpr size_t receive_buffer = size_t{64} * 1024;

// Every refusal of one send waits in the socket until the send is over.
constexpr int answers_in_flight = 1 << 20;

struct FamilyReply {
    uint16_t id = 0;
};
constexpr Field<FamilyReply> family_table[] = {
    {CTRL_ATTR_FAMILY_ID, "FAMILY_ID", Wire::u16, &FamilyReply::id},
};

// struct nlmsgerr, and behind it the kernel's words: NETLINK_CAP_ACK keeps our message out of it.
Refusal refusal(const nlmsghdr* header)
{
    const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(header));
    Refusal made{.code = -error->error};
    if ((header->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return made;
    const size_t length = mnl_nlmsg_get_payload_len(header) - sizeof *error;
    const Bytes attributes(reinterpret_cast<const uint8_t*>(error + 1), length);
    if (const auto words = find(attributes, NLMSGERR_ATTR_MSG); words && !words->empty())
        made.words.assign(reinterpret_cast<const char*>(words->data()), words->size() - 1);
    return made;
}

bool whole_error(const nlmsghdr* header)
{
    return mnl_nlmsg_get_payload_len(header) >= sizeof(nlmsgerr);
}

// What ended an exchange: an acknowledgement or a refusal, or the last piece of a dump, whose
// payload is the dump's own result.
int outcome_of(const nlmsghdr* end)
{
    if (end->nlmsg_type == NLMSG_ERROR) return refusal(end).code;
    int code = 0;
    if (mnl_nlmsg_get_payload_len(end) >= sizeof code)
        std::memcpy(&code, mnl_nlmsg_get_payload(end), sizeof code);
    return -code;
}

} // namespace

void Batch::add(const Message& message)
{
    const auto bytes = message.bytes();
    overflowed_ |= message.overflowed();
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    ends_.push_back(static_cast<uint32_t>(bytes_.size()));
}

void Batch::clear()
{
    bytes_.clear();
    ends_.clear();
    overflowed_ = false;
}

void Socket::Close::operator()(mnl_socket* socket) const
{
    mnl_socket_close(socket);
}

Socket::Socket(mnl_socket* socket, std::string place)
    : socket_(socket), place_(std::move(place)),
      buffer_(std::make_unique_for_overwrite<uint8_t[]>(receive_buffer))
{}

std::string Socket::object() const
{
    return place_.empty() ? "generic netlink" : place_ + ": generic netlink";
}

Result<Socket> Socket::open(std::string place)
{
    Socket made(mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC), std::move(place));
    if (!made.socket_) return errno_error(made.object(), "open a socket");
    if (mnl_socket_bind(made.socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
        return errno_error(made.object(), "bind a socket");
    int on = 1;
    for (const int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK})
        if (mnl_socket_setsockopt(made.socket_.get(), option, &on, sizeof on) < 0)
            return errno_error(made.object(), "ask for the kernel's words");
    // Best effort: the default holds the answers to one send too.
    ::setsockopt(mnl_socket_get_fd(made.socket_.get()), SOL_SOCKET, SO_RCVBUF, &answers_in_flight,
                 sizeof answers_in_flight);
    return made;
}

Result<void> Socket::send(Bytes bytes)
{
    if (mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size()) < 0)
        return errno_error(object(), "send");
    return {};
}

Result<size_t> Socket::receive()
{
    for (;;) {
        const ssize_t got = mnl_socket_recvfrom(socket_.get(), buffer_.get(), receive_buffer);
        if (got >= 0) return static_cast<size_t>(got);
        if (errno != EINTR) return errno_error(object(), "receive");
    }
}

Result<std::vector<Refusal>> Socket::commit(Batch& batch)
{
    if (batch.overflowed_)
        return Error{object(), "send", EMSGSIZE, "a name in a request is too long", {}};
    std::vector<Refusal> refusals;
    for (size_t first = 0; first < batch.size(); first += messages_a_send)
        TRY(commit_some(batch, first, std::min(messages_a_send, batch.size() - first), refusals));
    return refusals;
}

Result<void> Socket::commit_some(Batch& batch, size_t first, size_t count,
                                 std::vector<Refusal>& refusals)
{
    const size_t begin = first ? batch.ends_[first - 1] : 0;
    const uint32_t sequence = sequence_ + 1;
    sequence_ += static_cast<uint32_t>(count);
    for (size_t i = 0, at = begin; i < count; at = batch.ends_[first + i++]) {
        auto* const head = reinterpret_cast<nlmsghdr*>(batch.bytes_.data() + at);
        head->nlmsg_seq = sequence + static_cast<uint32_t>(i);
        if (i + 1 == count) head->nlmsg_flags |= NLM_F_ACK;
    }
    TRY(send({batch.bytes_.data() + begin, batch.ends_[first + count - 1] - begin}));

    // Answers come in order, so that the last message's ends them.
    for (bool done = false; !done;) {
        int left = static_cast<int>(TRY(receive()));
        const auto* head = reinterpret_cast<const nlmsghdr*>(buffer_.get());
        for (; mnl_nlmsg_ok(head, left); head = mnl_nlmsg_next(head, &left)) {
            const size_t index = head->nlmsg_seq - sequence;
            if (head->nlmsg_type != NLMSG_ERROR || index >= count || !whole_error(head)) continue;
            auto answer = refusal(head);
            answer.index = first + index;
            if (answer.code) refusals.push_back(std::move(answer));
            done |= index + 1 == count;
        }
    }
    return {};
}

Result<void> Socket::exchange(const Message& request, uint16_t flags, const Each& each)
{
    Message numbered = request;
    numbered.header()->nlmsg_seq = ++sequence_;
    numbered.header()->nlmsg_flags |= flags;
    TRY(send(numbered.bytes()));

    bool changed = false;
    Result<void> outcome; // of `each`; the rest of the answer is read all the same
    for (;;) {
        int left = static_cast<int>(TRY(receive()));
        const auto* head = reinterpret_cast<const nlmsghdr*>(buffer_.get());
        for (; mnl_nlmsg_ok(head, left); head = mnl_nlmsg_next(head, &left)) {
            if (head->nlmsg_seq != sequence_) continue; // of an exchange given up half-way
            changed |= (head->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
            if (head->nlmsg_type == NLMSG_DONE ||
                (head->nlmsg_type == NLMSG_ERROR && whole_error(head))) {
                if (const int code = outcome_of(head)) return Error{object(), "ask", code, {}, {}};
                if (!outcome) return outcome;
                if (changed) return Error{object(), "list", EINTR, "it changed meanwhile", {}};
                return {};
            }
            const size_t length = mnl_nlmsg_get_payload_len(head);
            if (!outcome || length < sizeof(genlmsghdr)) continue;
            const auto* generic = static_cast<const genlmsghdr*>(mnl_nlmsg_get_payload(head));
            outcome = each(generic->cmd, {reinterpret_cast<const uint8_t*>(generic + 1),
                                          length - sizeof(genlmsghdr)});
        }
    }
}

Result<void> Socket::ask(const Message& request, const Each& each)
{
    return exchange(request, NLM_F_ACK, each);
}

Result<void> Socket::dump(const Message& request, const Each& each)
{
    return exchange(request, NLM_F_DUMP, each);
}

Result<Family> Socket::family(const std::string& name, uint8_t version, const std::string& module)
{
    Message request({GENL_ID_CTRL, 1}, CTRL_CMD_GETFAMILY);
    request.put(CTRL_ATTR_FAMILY_NAME, name.c_str(), name.size() + 1);
    FamilyReply reply;
    const auto asked = ask(request, [&](uint8_t, Bytes attributes) -> Result<void> {
        TRY(parse<FamilyReply>(attributes, family_table, reply));
        return {};
    });
    const std::string what = "generic netlink family " + name;
    if (!asked && asked.error().code == ENOENT)
        return Error{what, "look up", ENOENT, "this kernel does not have it", "modprobe " + module};
    if (!asked) return asked.error();
    return Family{reply.id, version};
}

} // namespace gueway::netlink
