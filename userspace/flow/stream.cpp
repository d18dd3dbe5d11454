// SPDX-License-Identifier: GPL-2.0-only
#include "flow/stream.h"

#include "flow/socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <endian.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

namespace gueway::flow {

namespace {

// Made ahead at once: as much as the largest skb holds.
constexpr size_t buffer_capacity = 65536;

int unsent(int fd)
{
    int bytes = 0;
    return ::ioctl(fd, SIOCOUTQNSD, &bytes) == 0 ? bytes : 0;
}

// snd_mss of a connected socket (do_tcp_getsockopt() gives mss_cache), cheaper than TCP_INFO.
size_t current_mss(int fd)
{
    int mss = 0;
    socklen_t length = sizeof mss;
    const bool known = ::getsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &mss, &length) == 0 && mss > 0;
    return known ? static_cast<size_t>(mss) : 1;
}

} // namespace

void StreamWriter::load(const Message& message, int fd)
{
    message_ = message;
    hash_.restart();
    start_ = 0;
    made_ = 0;
    tail_made_ = false;
    sent_ = 0;
    total_ = head_size + message.size + tail_size;
    buffer_.resize(head_size);
    seal(buffer_, message, 0);
    refill(fd);
}

void StreamWriter::append_payload()
{
    const size_t held = buffer_.size();
    const auto room = std::min<uint64_t>(message_.size - made_, buffer_capacity - held);
    buffer_.resize(held + room);
    const auto piece = std::span(buffer_).subspan(held);
    fill_payload(piece, message_.seed, made_);
    hash_.update(piece);
    made_ += room;
}

void StreamWriter::append_tail(uint64_t retransmits)
{
    WireTail tail{.retransmits = htobe64(retransmits), .check = 0};
    hash_.update(std::as_bytes(std::span(&tail, 1)).first(sizeof tail.retransmits));
    tail.check = htobe64(hash_.digest());
    const auto bytes = std::as_bytes(std::span(&tail, 1));
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    tail_made_ = true;
}

void StreamWriter::refill(int fd)
{
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
    start_ = 0;
    append_payload();
    if (made_ == message_.size && !tail_made_) append_tail(tcp_counts(fd).retransmits);
}

size_t StreamWriter::allowed(int fd) const
{
    if (gso_) return buffer_capacity;
    return unsent(fd) > 0 ? 0 : current_mss(fd);
}

// Whether to make more before writing up to `limit` bytes. Without GSO a full segment must be
// there, lest short ones appear wherever our buffer ends.
bool StreamWriter::runs_low(size_t limit) const
{
    return !tail_made_ && buffer_.size() - start_ < (gso_ ? buffer_capacity / 2 : limit);
}

Result<bool> StreamWriter::advance(int fd)
{
    while (busy()) {
        const size_t limit = allowed(fd);
        if (limit == 0) return false;
        if (runs_low(limit)) refill(fd);
        const size_t size = std::min(limit, buffer_.size() - start_);
        const ssize_t n = ::send(fd, buffer_.data() + start_, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return false;
        if (n < 0) return errno_error({}, "send");
        start_ += static_cast<size_t>(n);
        sent_ += static_cast<uint64_t>(n);
    }
    buffer_ = {}; // a server with many idle connections need not hold them all
    return true;
}

bool StreamReader::gather(std::span<const std::byte>& bytes, size_t wanted)
{
    const size_t n = std::min(wanted - held_.size(), bytes.size());
    held_.insert(held_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
    bytes = bytes.subspan(n);
    return held_.size() == wanted;
}

void StreamReader::take_head()
{
    const auto received = unseal(held_);
    held_.clear();
    if (received) message_ = received->message;
    state_ = received && received->intact ? State::payload : State::broken;
}

void StreamReader::take_tail()
{
    WireTail tail{};
    std::memcpy(&tail, held_.data(), sizeof tail);
    held_.clear();
    hash_.update(std::as_bytes(std::span(&tail, 1)).first(sizeof tail.retransmits));
    retransmits_ = be64toh(tail.retransmits);
    state_ = hash_.digest() == be64toh(tail.check) ? State::complete : State::corrupt;
}

size_t StreamReader::feed(std::span<const std::byte> bytes)
{
    const size_t offered = bytes.size();
    if (state_ == State::head && gather(bytes, head_size)) take_head();
    if (state_ == State::payload) {
        const auto n = std::min<uint64_t>(message_.size - payload_, bytes.size());
        hash_.update(bytes.first(n));
        payload_ += n;
        bytes = bytes.subspan(n);
        if (payload_ == message_.size && gather(bytes, tail_size)) take_tail();
    }
    return offered - bytes.size();
}

void StreamReader::restart()
{
    state_ = State::head;
    hash_.restart();
    held_.clear();
    payload_ = 0;
    retransmits_ = 0;
}

} // namespace gueway::flow
