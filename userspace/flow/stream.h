// SPDX-License-Identifier: GPL-2.0-only
// Messages on a TCP connection: written piece by piece as the socket takes them, read and verified
// as they come. Both sides use both.
#pragma once

#include "flow/payload.h"
#include "flow/wire.h"
#include "util/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gueway::flow {

// Sends one message after another over a non-blocking socket that it does not own.
//
// Without GSO, no skb larger than one MSS may ever be queued, and a process without privilege can
// neither turn the device's features nor the socket's sk_gso_type off. What it can do (the code is
// tcp_sendmsg_locked() of net/ipv4/tcp.c, 5.10 to 6.12):
//   - a write appends to the last skb of the write queue while that one is unsent and shorter than
//     the size goal, which is many MSS on a device with TSO. So write only when nothing is unsent:
//     then the queue of unsent skbs is empty, and the write starts a new skb. SIOCOUTQNSD tells.
//   - a write larger than the MSS would fill that new skb up to the size goal. So write at most
//     snd_mss bytes, asked from the kernel each time, since path MTU discovery changes it.
//   - an skb sent and unacknowledged is in another queue (since 4.15) and never appended to. On
//     retransmission skbs are joined only up to one MSS.
//   - TCP_NODELAY sends it at once unless a window is full; TCP_NOTSENT_LOWAT of 1 makes EPOLLOUT
//     mean "nothing unsent", so that waiting costs no polling.
// What remains possible: the MSS shrinking while one skb waits for the window. It then leaves as
// two segments.
class StreamWriter {
public:
    explicit StreamWriter(bool gso) : gso_(gso) {}

    // Takes the next message, to leave through `fd`, and prepares its first bytes so that sending
    // can begin without delay.
    void load(const Message& message, int fd);
    // Sends what the socket takes now; true when the message is out. An Error has errno only.
    Result<bool> advance(int fd);
    bool busy() const { return sent_ < total_; }

private:
    void refill(int fd);
    size_t allowed(int fd) const;
    bool runs_low(size_t limit) const;
    void append_payload();
    void append_tail(uint64_t retransmits);

    bool gso_;
    Message message_;
    Hash hash_;
    std::vector<std::byte> buffer_; // made and not yet sent, from start_ on
    size_t start_ = 0;
    uint64_t made_ = 0; // payload bytes made so far
    bool tail_made_ = true;
    uint64_t sent_ = 0; // bytes of the message, head and tail included
    uint64_t total_ = 0;
};

// Takes the bytes of one message after another.
class StreamReader {
public:
    enum class State {
        head,     // nothing, or not all of the head
        payload,  // or the tail
        complete, // a whole message, intact
        corrupt,  // a whole message, whose payload is not what its hash says
        broken,   // not a head, or a damaged one: where the next message begins is unknown
    };

    // Takes bytes up to the end of the message, returns how many. After complete, corrupt or broken
    // it takes none until restart().
    size_t feed(std::span<const std::byte> bytes);
    void restart();

    State state() const { return state_; }
    bool ended() const { return state_ > State::payload; }
    bool empty() const { return state_ == State::head && held_.empty(); }
    const Message& message() const { return message_; }    // from State::payload on
    uint64_t payload_received() const { return payload_; } // of this message
    uint64_t retransmits() const { return retransmits_; }  // the sender's; complete only

private:
    bool gather(std::span<const std::byte>& bytes, size_t wanted);
    void take_head();
    void take_tail();

    State state_ = State::head;
    Message message_;
    Hash hash_;
    std::vector<std::byte> held_; // part of a head or tail
    uint64_t payload_ = 0;
    uint64_t retransmits_ = 0;
};

} // namespace gueway::flow
