// SPDX-License-Identifier: GPL-2.0-only
#include "flow/datagram.h"
#include "flow/service.h"
#include "flow/socket.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace gueway::flow {

namespace {

// A request whose next datagram does not come for this long is given up.
constexpr int64_t patience = 30 * ns_per_s;
constexpr int64_t sweep_interval = ns_per_s;
// Requests being collected, and answers waiting for room to be sent: a bound on memory.
constexpr size_t most_pending = 4096;
// Datagrams read at once, before others have their turn.
constexpr int burst = 64;

class UdpService final : public Service {
public:
    UdpService(ServiceContext context, Fd fd) : context_(context), fd_(std::move(fd)) {}
    Result<void> open() { return context_.poller.add(fd_.get(), EPOLLIN, *this); }
    void on_event(uint32_t events) override;
    int64_t sweep(int64_t now) override;
    void close(ServerTotals& totals) override;

private:
    struct Pending {
        Assembly assembly;
        int64_t last; // ns: when its last datagram came
    };
    using Key = std::pair<Endpoint, uint64_t>; // who asked, and the request's id

    bool receive();
    void take(std::span<const std::byte> datagram, const Route& route);
    void take_chunk(const Received& received, size_t chunk, const Route& route);
    void answer(const Message& message, const Route& route);
    void write();

    ServiceContext context_;
    Fd fd_;
    std::map<Key, Pending> pending_;
    std::deque<DatagramSender> answers_;
    int64_t last_sweep_ = 0;
};

// The address a datagram was sent to, from its ancillary data.
Address destination(msghdr& header)
{
    Address local;
    for (cmsghdr* at = CMSG_FIRSTHDR(&header); at; at = CMSG_NXTHDR(&header, at)) {
        if (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_PKTINFO) {
            in_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(at), sizeof info);
            local.family = AF_INET;
            std::memcpy(local.bytes.data(), &info.ipi_addr, sizeof info.ipi_addr);
        } else if (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(at), sizeof info);
            local.family = AF_INET6;
            std::memcpy(local.bytes.data(), &info.ipi6_addr, sizeof info.ipi6_addr);
        }
    }
    return local;
}

void UdpService::on_event(uint32_t events)
{
    if (events & EPOLLOUT) write();
    for (int i = 0; i < burst && receive(); i++) {
    }
}

bool UdpService::receive()
{
    thread_local std::array<std::byte, 65536> block;
    alignas(cmsghdr) std::array<std::byte, 128> ancillary{};
    sockaddr_storage peer{};
    iovec content{block.data(), block.size()};
    msghdr header{};
    header.msg_name = &peer;
    header.msg_namelen = sizeof peer;
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    header.msg_control = ancillary.data();
    header.msg_controllen = ancillary.size();
    const ssize_t n = ::recvmsg(fd_.get(), &header, MSG_DONTWAIT);
    if (n < 0) return errno != EAGAIN;
    take(std::span(block).first(static_cast<size_t>(n)), {endpoint_of(peer), destination(header)});
    return true;
}

void UdpService::take(std::span<const std::byte> datagram, const Route& route)
{
    const auto received = unseal(datagram);
    if (!received)
        return note_mismatch(context_.totals, route.peer.text(), 0,
                             "it is not gwflow's, or damaged");
    Message message = received->message;
    if (!received->intact) {
        note_mismatch(context_.totals, route.peer.text(), message.id, "a datagram is damaged");
        message.datagram = default_datagram; // what it says may be the damage
        return answer(refusal_of(message), route);
    }
    if (message.kind != Kind::request || !acceptable(message)) {
        context_.totals.refused++;
        return;
    }
    context_.totals.datagrams++;
    take_chunk(*received, datagram.size() - head_size, route);
}

void UdpService::take_chunk(const Received& received, size_t chunk, const Route& route)
{
    const Key key{route.peer, received.message.id};
    auto at = pending_.find(key);
    // Another run of a client from the same port.
    if (at != pending_.end() && at->second.assembly.message() != received.message) {
        context_.totals.incomplete++;
        pending_.erase(at);
        at = pending_.end();
    }
    if (at == pending_.end()) {
        if (pending_.size() >= most_pending) {
            context_.totals.refused++;
            return;
        }
        at = pending_.emplace(key, Pending{Assembly(received.message), 0}).first;
    }
    at->second.last = now_ns();
    at->second.assembly.take(received, chunk);
    if (!at->second.assembly.complete()) return;
    pending_.erase(at);
    context_.totals.requests++;
    answer(response_to(received.message), route);
}

void UdpService::answer(const Message& message, const Route& route)
{
    if (answers_.size() >= most_pending) {
        context_.totals.refused++;
        return;
    }
    answers_.emplace_back(message, context_.sending.gso_for(Protocol::udp), route);
    if (answers_.size() == 1) write();
}

void UdpService::write()
{
    while (!answers_.empty()) {
        const auto out = answers_.front().advance(fd_.get());
        if (out && !*out) break;
        answers_.pop_front();
        if (!out && context_.totals.unsent++ == 0)
            context_.totals.first_unsent = out.error().text();
    }
    context_.poller.change(fd_.get(), answers_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT, *this);
}

int64_t UdpService::sweep(int64_t now)
{
    if (pending_.empty()) return std::numeric_limits<int64_t>::max();
    if (now - last_sweep_ < sweep_interval) return last_sweep_ + sweep_interval;
    last_sweep_ = now;
    context_.totals.incomplete += std::erase_if(
        pending_, [&](const auto& entry) { return now - entry.second.last > patience; });
    return now + sweep_interval;
}

void UdpService::close(ServerTotals& totals)
{
    totals.incomplete += pending_.size();
    totals.receive_drops += receive_drops(fd_.get());
}

} // namespace

Result<std::unique_ptr<Service>> make_udp_service(ServiceContext context, Fd socket)
{
    auto service = std::make_unique<UdpService>(context, std::move(socket));
    TRY(service->open());
    return service;
}

} // namespace gueway::flow
