// SPDX-License-Identifier: GPL-2.0-only
// One netlink request under construction: struct nlmsghdr, the fixed part of its family (generic
// netlink: struct genlmsghdr), attributes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include <linux/netlink.h>

namespace gueway::netlink {

constexpr uint16_t type_mask = 0x3fff; // NLA_TYPE_MASK: without the bits for nested and byte order

// A family as the kernel's controller names it.
struct Family {
    uint16_t id = 0;
    uint8_t version = 0;
};

// A message of a fixed room, which the requests of our families never fill: the longest has a
// service and a destination, some 300 bytes. What does not fit is left out and overflowed() says
// so.
class Message {
public:
    Message(const Family& family, uint8_t command, uint16_t flags = 0);
    // Of rtnetlink and others: `fixed` is the struct behind struct nlmsghdr, such as ifinfomsg.
    Message(uint16_t type, uint16_t flags, std::span<const uint8_t> fixed);

    void put(uint16_t id, const void* value, size_t size);

    // The same for what has its size from its type: a number or an array, as it lies in memory.
    template <class T>
        requires std::is_trivially_copyable_v<T> && (!std::is_pointer_v<T>)
    void put(uint16_t id, const T& value)
    {
        constexpr size_t size = NLA_HDRLEN + sizeof value, padded = NLA_ALIGN(size);
        const size_t at = header()->nlmsg_len;
        if (room_.size() - at < padded) {
            overflowed_ = true;
            return;
        }
        const nlattr attribute = {.nla_len = size, .nla_type = id};
        uint8_t* const to = room_.data() + at;
        if constexpr (padded != size) std::memset(to + size, 0, padded - size);
        std::memcpy(to, &attribute, sizeof attribute);
        std::memcpy(to + NLA_HDRLEN, &value, sizeof value);
        header()->nlmsg_len = static_cast<uint32_t>(at + padded);
    }

    // Everything put until the matching end() is inside the attribute `id`; up to four deep.
    void begin(uint16_t id);
    // The same with a struct in front of the attributes inside, such as a peer's ifinfomsg.
    void begin(uint16_t id, std::span<const uint8_t> fixed);
    void end();

    std::span<const uint8_t> bytes() const;
    bool overflowed() const { return overflowed_; }

private:
    friend class Socket;
    nlmsghdr* header() { return reinterpret_cast<nlmsghdr*>(room_.data()); }
    alignas(4) std::array<uint8_t, 1024> room_; // only what bytes() covers is initialised
    std::array<uint16_t, 4> nests_{};           // offsets of the open attributes
    uint8_t depth_ = 0;
    bool overflowed_ = false;
};

} // namespace gueway::netlink
