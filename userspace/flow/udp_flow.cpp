// SPDX-License-Identifier: GPL-2.0-only
#include "flow/datagram.h"
#include "flow/flow.h"
#include "flow/socket.h"

#include <array>
#include <cerrno>
#include <optional>
#include <string>

#include <sys/socket.h>

namespace gueway::flow {

namespace {

std::string remedy_for(int code)
{
    return code == ECONNREFUSED ? "start gwflow server there" : "check the route to it and back";
}

class UdpFlow final : public Flow, private Handler {
public:
    using Flow::Flow;
    void sample(int64_t) override {}
    void leave() override { close(); }

private:
    Result<void> begin() override;
    void conclude(End end) override;
    void on_event(uint32_t events) override;

    Result<bool> open();
    void write();
    void receive();
    void take(std::span<const std::byte> datagram);
    void take_chunk(const Received& received, size_t chunk);
    void close();

    Fd fd_;
    std::optional<DatagramSender> sender_;
    std::optional<Assembly> assembly_; // from the response's first datagram on
};

// False when the socket cannot be connected, which has then failed the request.
Result<bool> UdpFlow::open()
{
    const ClientOptions& options = context_.options;
    fd_ = TRY(open_client(options.server, Protocol::udp, options.bind, options.sending));
    const int code = begin_connect(fd_.get(), options.server);
    if (code == 0) {
        TRY(context_.poller.add(fd_.get(), EPOLLIN, *this));
        return true;
    }
    close();
    fail(FailureKind::connect, {{}, "connect", code, {}, remedy_for(code)});
    return false;
}

Result<void> UdpFlow::begin()
{
    assembly_.reset();
    sender_.reset();
    if (!fd_ && !TRY(open())) return {};
    const ClientOptions& options = context_.options;
    sender_.emplace(request(), options.sending.gso_for(Protocol::udp), std::nullopt);
    exchange_.first_write = now_ns();
    write();
    return {};
}

void UdpFlow::write()
{
    if (!sender_) return;
    auto out = sender_->advance(fd_.get());
    if (!out) return fail(FailureKind::send, std::move(out).error());
    context_.poller.change(fd_.get(), *out ? EPOLLIN : EPOLLIN | EPOLLOUT, *this);
}

void UdpFlow::on_event(uint32_t events)
{
    if (fd_ && (events & ~EPOLLOUT)) receive();
    if (fd_ && current() != 0 && (events & EPOLLOUT)) write();
}

void UdpFlow::receive()
{
    thread_local std::array<std::byte, 65536> block;
    while (fd_) {
        const ssize_t n = ::recv(fd_.get(), block.data(), block.size(), MSG_DONTWAIT);
        if (n >= 0) {
            take(std::span(block).first(static_cast<size_t>(n)));
            continue;
        }
        if (errno == EAGAIN) return;
        // EMSGSIZE is news of a smaller path MTU: the kernel cuts later datagrams to fit, and this
        // request ends by its deadline.
        if (errno == EINTR || errno == EMSGSIZE || current() == 0) continue;
        const int code = errno;
        fail(FailureKind::receive, {{}, "receive", code, {}, remedy_for(code)});
    }
}

void UdpFlow::take(std::span<const std::byte> datagram)
{
    const auto received = unseal(datagram);
    if (received && received->intact && received->message.id != current()) {
        context_.recorder.udp().late++;
        return;
    }
    if (current() == 0) return;
    if (!received || !received->intact)
        return fail(
            FailureKind::response_hash_mismatch,
            error(context_.options.server.text() + ": request " + std::to_string(exchange_.id),
                  "verify", "a datagram of the response is not what the server sent",
                  "look for what changes packets on the way back"));
    if (accept(received->message)) take_chunk(*received, datagram.size() - head_size);
}

void UdpFlow::take_chunk(const Received& received, size_t chunk)
{
    if (!assembly_) assembly_.emplace(received.message);
    if (!assembly_->take(received, chunk)) {
        context_.recorder.udp().late++;
        return;
    }
    context_.recorder.udp().received++;
    context_.recorder.response_bytes(now_ns(), chunk);
    if (assembly_->complete()) succeed();
}

void UdpFlow::conclude(End end)
{
    UdpTotals& udp = context_.recorder.udp();
    const uint64_t sent = sender_ ? sender_->sent() : 0;
    udp.sent += sent;
    if (end == End::ok) {
        context_.recorder.request_bytes(now_ns(), context_.options.request_size);
    } else if (end == End::timed_out) {
        udp.unanswered_requests++;
        udp.unanswered_datagrams += sent;
    }
    if (assembly_) udp.missing += assembly_->datagrams() - assembly_->taken();
    if (context_.options.fresh) close();
    // The rest of a request nobody waits for any more is not sent.
    else if (fd_)
        context_.poller.change(fd_.get(), EPOLLIN, *this);
}

void UdpFlow::close()
{
    if (!fd_) return;
    context_.recorder.udp().receive_drops += receive_drops(fd_.get());
    fd_.reset();
}

} // namespace

std::unique_ptr<Flow> make_udp_flow(Context& context)
{
    return std::make_unique<UdpFlow>(context);
}

} // namespace gueway::flow
