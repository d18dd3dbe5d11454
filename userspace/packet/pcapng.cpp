// SPDX-License-Identifier: GPL-2.0-only
#include "packet/pcapng.h"

#include <algorithm>
#include <concepts>
#include <limits>
#include <string_view>

namespace gueway {

namespace {

enum Block : uint32_t { interface_block = 1, packet_block = 6, section_block = 0x0a0d0d0a };

// Of any block, then of one kind. Each is numbered for itself.
enum Option : uint16_t {
    end_of_options = 0,
    comment = 1,
    section_os = 3,
    section_application = 4,
    interface_name = 2,
    interface_description = 3,
    interface_resolution = 9,
    interface_filter = 11,
    packet_flags = 2,
    packet_id = 5,
};

class Writer {
public:
    template <std::unsigned_integral T>
    Writer& put(T value)
    {
        octets_.append(reinterpret_cast<const char*>(&value), sizeof value);
        return *this;
    }
    template <class T>
    Writer& put_be(T value)
    {
        for (int shift = 8 * (int(sizeof value) - 1); shift >= 0; shift -= 8)
            octets_ += static_cast<char>(value >> shift);
        return *this;
    }
    Writer& put(std::string_view bytes)
    {
        octets_ += bytes;
        return *this;
    }
    Writer& pad()
    {
        octets_.resize((octets_.size() + 3) / 4 * 4);
        return *this;
    }
    Writer& option(uint16_t code, std::string_view value)
    {
        const auto length = std::min<size_t>(value.size(), std::numeric_limits<uint16_t>::max());
        put(code).put(static_cast<uint16_t>(length));
        return put(value.substr(0, length)).pad();
    }
    Writer& text(uint16_t code, const std::string& value)
    {
        return value.empty() ? *this : option(code, value);
    }
    template <class T>
    Writer& number(uint16_t code, T value)
    {
        return option(code, {reinterpret_cast<const char*>(&value), sizeof value});
    }
    const std::string& octets() const { return octets_; }

private:
    std::string octets_;
};

std::string block(Block type, Writer body)
{
    body.put(uint16_t{end_of_options}).put(uint16_t{0});
    const auto length = static_cast<uint32_t>(12 + body.octets().size()); // type, length, length
    return Writer().put(uint32_t{type}).put(length).put(body.octets()).put(length).octets();
}

constexpr uint32_t header_of(LinkType link)
{
    return link == LinkType::cooked ? cooked_header : 0;
}

// Packet type, device type (ARPHRD_NONE), no address, EtherType.
void put_cooked(Writer& into, const CapturedPacket& packet)
{
    constexpr uint16_t to_us = 0, from_us = 4, no_hardware = 0xfffe;
    into.put_be<uint16_t>(packet.direction == CapturedDirection::out ? from_us : to_us)
        .put_be<uint16_t>(no_hardware)
        .put_be<uint16_t>(0)
        .put_be<uint64_t>(0)
        .put_be<uint16_t>(packet.protocol);
}

} // namespace

std::string pcapng_section(const std::string& kernel, const std::string& application)
{
    constexpr uint32_t order = 0x1a2b3c4d;
    constexpr uint16_t major = 1, minor = 0;
    constexpr uint64_t unknown_length = std::numeric_limits<uint64_t>::max();
    Writer body;
    body.put(order).put(major).put(minor).put(unknown_length);
    body.text(section_os, kernel).text(section_application, application);
    return block(section_block, body);
}

std::string pcapng_interface(const CapturedInterface& interface)
{
    constexpr uint8_t nanoseconds = 9; // 10^-9 s
    Writer body;
    body.put(static_cast<uint16_t>(interface.link)).put(uint16_t{0});
    body.put(interface.snap ? interface.snap + header_of(interface.link) : 0);
    body.text(interface_name, interface.name).text(interface_description, interface.description);
    body.number(interface_resolution, nanoseconds);
    // The first octet says that a filter expression follows.
    if (!interface.filter.empty())
        body.option(interface_filter, std::string(1, '\0') + interface.filter);
    return block(interface_block, body);
}

std::string pcapng_packet(const CapturedPacket& packet)
{
    const auto captured = static_cast<uint32_t>(packet.bytes.size());
    const auto header = header_of(packet.link);
    Writer body;
    body.put(packet.interface);
    body.put(static_cast<uint32_t>(packet.unix_ns >> 32))
        .put(static_cast<uint32_t>(packet.unix_ns));
    body.put(captured + header).put(std::max(packet.length, captured) + header);
    if (packet.link == LinkType::cooked) put_cooked(body, packet);
    body.put({reinterpret_cast<const char*>(packet.bytes.data()), packet.bytes.size()}).pad();
    for (const auto& one : packet.comments) body.text(comment, one);
    if (packet.direction != CapturedDirection::unknown)
        body.number(packet_flags, uint32_t{packet.direction == CapturedDirection::in ? 1U : 2U});
    if (packet.id) body.number(packet_id, *packet.id);
    return block(packet_block, body);
}

} // namespace gueway
