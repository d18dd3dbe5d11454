// SPDX-License-Identifier: GPL-2.0-only
// A generic netlink socket: requests in batches whose refusals are told by message, and dumps.
#pragma once

#include "netlink/attributes.h"
#include "netlink/message.h"
#include "util/result.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

struct mnl_socket;

namespace gueway::netlink {

// The kernel's answer to one message of a batch. `index` counts messages from 0 in the order in
// which they were added.
struct Refusal {
    size_t index = 0;
    int code = 0;      // errno
    std::string words; // the kernel's own (extended acknowledgement); mostly empty
};

// Messages to be sent together. The kernel takes them in order and goes on after a refusal; only a
// message that asked for it (or that the batch makes the last of a send) is acknowledged.
class Batch {
public:
    void add(const Message& message);
    size_t size() const { return ends_.size(); }
    bool empty() const { return ends_.empty(); }
    void clear();

private:
    friend class Socket;
    std::vector<uint8_t> bytes_;
    std::vector<uint32_t> ends_; // offset behind each message
    bool overflowed_ = false;
};

// Owns the socket; stays in the network namespace in which it was opened. Move-only; one thread.
class Socket {
public:
    // In the calling thread's network namespace. `place` names it in errors ("" the default one).
    static Result<Socket> open(std::string place = {});

    // Asks the kernel's controller for a family, which loads its module if it can. ENOENT has the
    // module's name as remedy.
    Result<Family> family(const std::string& name, uint8_t version, const std::string& module);

    // Sends all of it, at most `messages_a_send` messages at a time, and waits for the answers.
    // Refusals of single messages are the result, in order; an Error means that the batch's fate is
    // not known (the socket failed).
    Result<std::vector<Refusal>> commit(Batch& batch);

    // Gets the command and the attributes of each message of an answer. Its Error ends the exchange
    // with that Error, once the answer is read to its end.
    using Each = std::function<Result<void>(uint8_t command, Bytes attributes)>;

    // One request, acknowledged; a refusal is an Error with its errno, to which the caller adds
    // what was asked for.
    Result<void> ask(const Message& request, const Each& each);

    // Every object of a dump. EINTR when the kernel says that the objects changed meanwhile: then
    // what `each` saw is not to be used.
    Result<void> dump(const Message& request, const Each& each);

    static constexpr size_t messages_a_send = 200;

private:
    struct Close {
        void operator()(mnl_socket* socket) const;
    };
    Socket(mnl_socket* socket, std::string place);
    Result<void> exchange(const Message& request, uint16_t flags, const Each& each);
    Result<void> send(Bytes bytes);
    Result<size_t> receive();
    Result<void> commit_some(Batch& batch, size_t first, size_t count,
                             std::vector<Refusal>& refusals);
    std::string object() const;

    std::unique_ptr<mnl_socket, Close> socket_;
    std::string place_;
    uint32_t sequence_ = 0;
    std::unique_ptr<uint8_t[]> buffer_; // not filled: most answers are short
};

// What `read` (returning a Result of a comparable value) yields twice in a row, after at most
// `tries` readings: for dumps that the kernel does not mark when they changed under it. EAGAIN
// names `object` when it never held still.
template <class F>
auto read_steadily(const std::string& object, F&& read, int tries = 8) -> std::invoke_result_t<F>
{
    auto last = TRY(read());
    for (int i = 1; i < tries; ++i) {
        auto next = TRY(read());
        if (next == last) return next;
        last = std::move(next);
    }
    return Error{object, "read a steady state", EAGAIN,
                 "it changed during each of " + std::to_string(tries) + " readings",
                 "another program is writing it: try again when that is done"};
}

} // namespace gueway::netlink
