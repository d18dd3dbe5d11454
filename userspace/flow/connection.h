// SPDX-License-Identifier: GPL-2.0-only
// A client's TCP connection: one message out, one message in, again and again, and a goodbye.
#pragma once

#include "flow/options.h"
#include "flow/poller.h"
#include "flow/report.h"
#include "flow/socket.h"
#include "flow/stream.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstdint>
#include <memory>

namespace gueway::flow {

// Told what happens on a connection. From inside any of these the connection may be told to send,
// leave or abort, but not destroyed.
class ConnectionOwner {
public:
    virtual ~ConnectionOwner() = default;
    virtual void on_connected() = 0;
    virtual void on_payload(uint64_t bytes) = 0;             // of the message being received
    virtual void on_message(const StreamReader& reader) = 0; // ended: complete, corrupt or broken
    virtual void on_broken(FailureKind kind, Error error) = 0;
};

class Connection : public Handler {
public:
    // Begins to connect. The outcome is told to the owner, but never from inside open(); an Error
    // is a fault of this host.
    static Result<std::unique_ptr<Connection>> open(const ClientOptions& options, Poller& poller,
                                                    TcpTotals& totals, ConnectionOwner& owner);
    ~Connection() override;

    // Makes the message ready to go, then writes it as far as the socket takes it: the clock starts
    // between the two.
    void prepare(const Message& message);
    void write();

    // Bytes of messages that the peer's kernel has acknowledged.
    uint64_t acknowledged() const;

    // Ends the connection in order, without telling the owner anything more: asks the server for
    // its last count of retransmits, waits up to a second for that, and closes after the server.
    // The side that closes first keeps the port in TIME_WAIT; the client has few ports.
    void leave();
    // Ends it at once: what is in the send queue is thrown away, the peer gets a reset.
    void abort();
    bool connected() const { return connected_; }
    bool gone() const { return !fd_; }
    int64_t leave_until() const { return leave_until_; } // ns; after it, abort

    void on_event(uint32_t events) override;

private:
    Connection(Fd fd, Poller& poller, TcpTotals& totals, ConnectionOwner& owner, bool gso)
        : fd_(std::move(fd)), poller_(poller), totals_(totals), owner_(&owner), writer_(gso)
    {}
    void finish_connect();
    void receive();
    void take(std::span<const std::byte> bytes);
    void end_message();
    void broken(FailureKind kind, Error error);
    void close();
    void want(uint32_t events);

    Fd fd_;
    Poller& poller_;
    TcpTotals& totals_;
    ConnectionOwner* owner_; // null once leaving
    StreamWriter writer_;
    StreamReader reader_;
    bool connected_ = false;
    int refused_ = 0;   // errno of connect(2), told at the next event
    bool told_ = false; // the server's last count came
    uint64_t server_retransmits_ = 0;
    uint64_t acked_before_ = 0; // what the handshake itself counts as acknowledged
    int64_t leave_until_ = 0;
    uint32_t wanted_ = EPOLLOUT;
};

} // namespace gueway::flow
