// SPDX-License-Identifier: GPL-2.0-only
#include "flow/service.h"
#include "flow/socket.h"
#include "flow/stream.h"

#include <array>
#include <cerrno>
#include <limits>
#include <unordered_map>

#include <sys/socket.h>

namespace gueway::flow {

namespace {

// One client's connection: reads a request, then writes the answer, then reads again. What comes
// meanwhile stays in the kernel.
class Peer final : public Handler {
public:
    Peer(Fd fd, Endpoint from, ServiceContext& context)
        : fd_(std::move(fd)), from_(from), context_(context),
          writer_(context.sending.gso_for(Protocol::tcp))
    {}
    Result<void> open();
    void on_event(uint32_t events) override;
    bool gone() const { return !fd_; }

private:
    void receive();
    void discard();
    void answer();
    void answer_request();
    void send(const Message& message, bool last);
    void write();
    void want(uint32_t events);

    Fd fd_;
    Endpoint from_;
    ServiceContext& context_;
    StreamWriter writer_;
    StreamReader reader_;
    bool last_ = false;     // nothing will follow the message being written
    bool finished_ = false; // our side is shut down: wait for the client to close
    uint32_t wanted_ = EPOLLIN;
};

Result<void> Peer::open()
{
    TRY(prepare_stream(fd_.get(), context_.sending.gso_for(Protocol::tcp)));
    return context_.poller.add(fd_.get(), wanted_, *this);
}

void Peer::want(uint32_t events)
{
    if (events == wanted_) return;
    wanted_ = events;
    context_.poller.change(fd_.get(), events, *this);
}

void Peer::on_event(uint32_t events)
{
    if (!fd_) return;
    if (finished_) return discard();
    if (!writer_.busy()) return receive();
    if (events & (EPOLLERR | EPOLLHUP)) return fd_.reset();
    write();
}

std::array<std::byte, 65536>& shared_block()
{
    thread_local std::array<std::byte, 65536> block; // nothing stays in it
    return block;
}

void Peer::receive()
{
    auto& block = shared_block();
    const ssize_t n = ::recv(fd_.get(), block.data(), block.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (n <= 0) return fd_.reset();
    const auto bytes = std::span(block).first(static_cast<size_t>(n));
    // A client that sends the next request before it has the answer is none of ours.
    if (reader_.feed(bytes) < bytes.size() && reader_.state() != StreamReader::State::broken)
        return fd_.reset();
    if (reader_.ended()) answer();
}

void Peer::discard()
{
    auto& block = shared_block();
    const ssize_t n = ::recv(fd_.get(), block.data(), block.size(), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) fd_.reset();
}

void Peer::answer()
{
    const Message message = reader_.message();
    switch (reader_.state()) {
    case StreamReader::State::complete:
        answer_request();
        break;
    case StreamReader::State::corrupt:
        note_mismatch(context_.totals, from_.text(), message.id,
                      "its payload is not what was sent");
        send(refusal_of(message), false);
        break;
    default:
        note_mismatch(context_.totals, from_.text(), message.id, "its head is not what was sent");
        send(refusal_of(message), true);
    }
}

void Peer::answer_request()
{
    const Message message = reader_.message();
    if (message.kind == Kind::goodbye) return send({.kind = Kind::goodbye}, true);
    if (message.kind != Kind::request || message.response_size > largest_tcp_message)
        return fd_.reset();
    context_.totals.requests++;
    send(response_to(message), false);
}

void Peer::send(const Message& message, bool last)
{
    reader_.restart();
    last_ = last;
    writer_.load(message, fd_.get());
    write();
}

void Peer::write()
{
    const auto out = writer_.advance(fd_.get());
    if (!out) return fd_.reset();
    want(*out ? EPOLLIN : EPOLLOUT);
    if (!*out || !last_) return;
    // Closing with unread bytes in the queue would send a reset, which may overtake our last words.
    finished_ = true;
    ::shutdown(fd_.get(), SHUT_WR);
}

class TcpService final : public Service {
public:
    TcpService(ServiceContext context, Fd listener)
        : context_(context), listener_(std::move(listener))
    {}
    Result<void> open() { return context_.poller.add(listener_.get(), EPOLLIN, *this); }
    void on_event(uint32_t events) override;
    int64_t sweep(int64_t now) override;
    void close(ServerTotals&) override {}

private:
    bool accept_one();

    ServiceContext context_;
    Fd listener_;
    std::unordered_map<const Peer*, std::unique_ptr<Peer>> peers_;
    bool full_ = false; // no descriptors left: the listener rests until a peer goes
};

void TcpService::on_event(uint32_t)
{
    while (accept_one()) {
    }
}

bool TcpService::accept_one()
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    Fd fd(::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&storage), &length,
                    SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
        full_ = errno == EMFILE || errno == ENFILE;
        if (full_) context_.poller.change(listener_.get(), 0, *this);
        return errno == EINTR || errno == ECONNABORTED;
    }
    auto peer = std::make_unique<Peer>(std::move(fd), endpoint_of(storage), context_);
    if (!peer->open()) return true; // reset before it began
    context_.totals.connections++;
    peers_.emplace(peer.get(), std::move(peer));
    return true;
}

int64_t TcpService::sweep(int64_t)
{
    const auto gone = std::erase_if(peers_, [](const auto& entry) { return entry.second->gone(); });
    if (full_ && gone > 0) {
        full_ = false;
        context_.poller.change(listener_.get(), EPOLLIN, *this);
    }
    return std::numeric_limits<int64_t>::max();
}

} // namespace

Result<std::unique_ptr<Service>> make_tcp_service(ServiceContext context, Fd listener)
{
    auto service = std::make_unique<TcpService>(context, std::move(listener));
    TRY(service->open());
    return service;
}

} // namespace gueway::flow
