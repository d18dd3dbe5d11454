// SPDX-License-Identifier: GPL-2.0-only
#include "flow/datagram.h"

#include "flow/payload.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace gueway::flow {

namespace {

constexpr uint64_t most_segments = 64; // UDP_MAX_SEGMENTS of linux/udp.h before 6.9, later 128

uint64_t chunk_size(uint16_t datagram)
{
    return datagram - head_size;
}

// The ancillary data of one sendmsg(2): at most a source address and a segment size.
class Ancillary {
public:
    void add(msghdr& header, int level, int type, const void* data, size_t size)
    {
        auto* at = reinterpret_cast<cmsghdr*>(space_.data() + used_);
        at->cmsg_level = level;
        at->cmsg_type = type;
        at->cmsg_len = CMSG_LEN(size);
        std::memcpy(CMSG_DATA(at), data, size);
        used_ += CMSG_SPACE(size);
        header.msg_control = space_.data();
        header.msg_controllen = used_;
    }

    void add_source(msghdr& header, const Address& local)
    {
        if (local.family == AF_INET) {
            in_pktinfo info{};
            std::memcpy(&info.ipi_spec_dst, local.bytes.data(), sizeof info.ipi_spec_dst);
            add(header, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
        } else {
            in6_pktinfo info{};
            std::memcpy(&info.ipi6_addr, local.bytes.data(), sizeof info.ipi6_addr);
            add(header, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
        }
    }

private:
    alignas(cmsghdr) std::array<std::byte, 128> space_{};
    size_t used_ = 0;
};

std::string remedy_for(int code, bool segmented)
{
    if (segmented && (code == EIO || code == EINVAL || code == EMSGSIZE))
        return "UDP_SEGMENT wants a datagram within the path MTU and a device that makes "
               "checksums: lower --datagram or use --gso off";
    if (code == EMSGSIZE) return "lower --datagram";
    return {};
}

} // namespace

uint64_t datagrams_of(uint64_t size, uint16_t datagram)
{
    const uint64_t chunk = chunk_size(datagram);
    return std::max<uint64_t>(1, (size + chunk - 1) / chunk);
}

bool acceptable(const Message& message)
{
    return message.datagram >= smallest_datagram && message.datagram <= largest_datagram &&
           message.size <= largest_udp_message && message.response_size <= largest_udp_message;
}

DatagramSender::DatagramSender(const Message& message, bool gso, const std::optional<Route>& route)
    : message_(message), route_(route),
      per_batch_(gso ? std::min<uint64_t>(most_segments, largest_datagram / message.datagram) : 1),
      total_(datagrams_of(message.size, message.datagram))
{}

void DatagramSender::make_batch(uint64_t count)
{
    const uint64_t chunk = chunk_size(message_.datagram);
    buffer_.clear();
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t offset = (next_ + i) * chunk;
        const auto size = std::min(chunk, message_.size - offset);
        const size_t begin = buffer_.size();
        buffer_.resize(begin + head_size + size);
        const auto datagram = std::span(buffer_).subspan(begin);
        fill_payload(datagram.subspan(head_size), message_.seed, offset);
        seal(datagram, message_, offset);
    }
}

Result<bool> DatagramSender::send_batch(int fd, bool segmented)
{
    iovec content{buffer_.data(), buffer_.size()};
    msghdr header{};
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    sockaddr_storage peer{};
    Ancillary ancillary;
    if (route_) {
        header.msg_name = &peer;
        header.msg_namelen = socket_address(route_->peer, peer);
        ancillary.add_source(header, route_->local);
    }
    if (segmented) {
        const uint16_t size = message_.datagram;
        ancillary.add(header, SOL_UDP, UDP_SEGMENT, &size, sizeof size);
    }
    // The first EMSGSIZE may be news of a smaller path MTU about an earlier datagram; the kernel
    // has learned it and cuts the next one to fit. The second one means this datagram.
    bool again = true;
    for (;;) {
        if (::sendmsg(fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
        if (errno == EINTR) continue;
        if (errno == EAGAIN) return false;
        if (errno != EMSGSIZE || !again) break;
        again = false;
    }
    const std::string remedy = remedy_for(errno, segmented);
    return errno_error(route_ ? route_->peer.text() : "", "send", remedy);
}

Result<bool> DatagramSender::advance(int fd)
{
    while (next_ < total_) {
        const uint64_t count = std::min(per_batch_, total_ - next_);
        make_batch(count);
        if (!TRY(send_batch(fd, count > 1))) return false;
        next_ += count;
    }
    buffer_ = {};
    return true;
}

Assembly::Assembly(const Message& message)
    : message_(message), seen_(datagrams_of(message.size, message.datagram))
{}

bool Assembly::take(const Received& received, size_t chunk)
{
    const uint64_t full = chunk_size(message_.datagram);
    const uint64_t index = received.offset / full;
    if (received.message != message_ || received.offset % full != 0 || index >= seen_.size() ||
        chunk != std::min(full, message_.size - received.offset) || seen_[index])
        return false;
    seen_[index] = true;
    taken_++;
    return true;
}

} // namespace gueway::flow
