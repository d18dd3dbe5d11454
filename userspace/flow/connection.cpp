// SPDX-License-Identifier: GPL-2.0-only
#include "flow/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>

namespace gueway::flow {

namespace {

constexpr int64_t leave_grace = ns_per_s;

std::string connect_remedy(int code)
{
    switch (code) {
    case ECONNREFUSED:
        return "start gwflow server there";
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ETIMEDOUT:
        return "check the route to it and back";
    case EADDRNOTAVAIL:
        return "all source ports are in use: use fewer connections, or no --fresh";
    default:
        return {};
    }
}

} // namespace

Result<std::unique_ptr<Connection>> Connection::open(const ClientOptions& options, Poller& poller,
                                                     TcpTotals& totals, ConnectionOwner& owner)
{
    Fd fd = TRY(open_client(options.server, Protocol::tcp, options.bind, options.sending));
    const int code = begin_connect(fd.get(), options.server);
    std::unique_ptr<Connection> connection(new Connection(std::move(fd), poller, totals, owner,
                                                          options.sending.gso_for(Protocol::tcp)));
    // A socket that is not connecting reports EPOLLOUT | EPOLLHUP at once, which brings us to
    // finish_connect() with this.
    connection->refused_ = code;
    TRY(poller.add(connection->fd_.get(), connection->wanted_, *connection));
    return connection;
}

Connection::~Connection()
{
    abort();
}

void Connection::want(uint32_t events)
{
    if (events == wanted_) return;
    wanted_ = events;
    poller_.change(fd_.get(), events, *this);
}

void Connection::finish_connect()
{
    const int code = refused_ != 0 ? refused_ : pending_error(fd_.get());
    if (code != 0)
        return broken(FailureKind::connect, {{}, "connect", code, {}, connect_remedy(code)});
    connected_ = true;
    const TcpCounts counts = tcp_counts(fd_.get());
    acked_before_ = counts.bytes_acked;
    totals_.connections++;
    if (totals_.snd_mss == 0 || counts.snd_mss < totals_.snd_mss) totals_.snd_mss = counts.snd_mss;
    want(EPOLLIN);
    owner_->on_connected();
}

void Connection::prepare(const Message& message)
{
    reader_.restart();
    writer_.load(message, fd_.get());
}

void Connection::write()
{
    auto out = writer_.advance(fd_.get());
    if (!out) return broken(FailureKind::send, std::move(out).error());
    want(*out ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

uint64_t Connection::acknowledged() const
{
    return connected_ && fd_ ? tcp_counts(fd_.get()).bytes_acked - acked_before_ : 0;
}

void Connection::on_event(uint32_t events)
{
    if (!fd_) return;
    if (!connected_) {
        if (owner_) finish_connect();
        return;
    }
    if (events & ~EPOLLOUT) receive();
    if (fd_ && (events & EPOLLOUT) && writer_.busy()) write();
}

void Connection::receive()
{
    // Large, since each call costs an emulated guest a switch to the kernel; shared, since nothing
    // stays in it. One thread runs a client.
    thread_local std::array<std::byte, 65536> block;
    while (fd_) {
        const ssize_t n = ::recv(fd_.get(), block.data(), block.size(), MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0) return broken(FailureKind::receive, errno_error({}, "receive"));
        if (n == 0)
            return broken(FailureKind::closed,
                          error({}, "receive", "the server closed the connection before its answer",
                                "see what the server says"));
        take(std::span(block).first(static_cast<size_t>(n)));
        if (static_cast<size_t>(n) < block.size()) return; // the rest, if any, is another event
    }
}

void Connection::take(std::span<const std::byte> bytes)
{
    const uint64_t before = reader_.payload_received();
    bytes = bytes.subspan(reader_.feed(bytes));
    if (owner_) owner_->on_payload(reader_.payload_received() - before);
    if (!bytes.empty() && reader_.state() != StreamReader::State::broken)
        return broken(FailureKind::protocol, error({}, "receive", "bytes after the answer",
                                                   "run the same gwflow on both sides"));
    if (reader_.ended()) end_message();
}

void Connection::end_message()
{
    if (reader_.state() == StreamReader::State::complete) {
        server_retransmits_ = std::max(server_retransmits_, reader_.retransmits());
        told_ = reader_.message().kind == Kind::goodbye;
    }
    if (owner_) owner_->on_message(reader_);
}

void Connection::leave()
{
    owner_ = nullptr;
    if (!fd_ || !connected_) return abort();
    leave_until_ = now_ns() + leave_grace;
    prepare({.kind = Kind::goodbye});
    write();
}

void Connection::broken(FailureKind kind, Error error)
{
    ConnectionOwner* owner = owner_;
    owner_ = nullptr;
    // The server closing after its goodbye is how a connection ends; all else is cut off.
    told_ ? close() : abort();
    if (owner) owner->on_broken(kind, std::move(error));
}

void Connection::abort()
{
    if (!fd_) return;
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

void Connection::close()
{
    if (connected_) {
        totals_.client_retransmits += tcp_counts(fd_.get()).retransmits;
        totals_.server_retransmits += server_retransmits_;
        totals_.server_unknown += told_ ? 0 : 1;
    }
    // Closing alone does not take it out of the poller while another thread's fork() has it, too.
    poller_.remove(fd_.get());
    fd_.reset();
}

} // namespace gueway::flow
