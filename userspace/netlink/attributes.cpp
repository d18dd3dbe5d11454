// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/attributes.h"

#include <bit>
#include <cstring>

#include <endian.h>
#include <fmt/format.h>

namespace gueway::netlink {

namespace detail {

namespace {

// Bytes that a value of that kind takes; 0: any number.
size_t width(Wire wire)
{
    switch (wire) {
    case Wire::u8:
        return 1;
    case Wire::u16:
    case Wire::be16:
        return 2;
    case Wire::u32:
    case Wire::be32:
        return 4;
    case Wire::u64:
        return 8;
    case Wire::bytes:
        return 16;
    case Wire::text:
    case Wire::flag:
        break;
    }
    return 0;
}

template <class T>
T turned(T value, Wire wire)
{
    if (wire == Wire::be16) return static_cast<T>(htobe16(static_cast<uint16_t>(value)));
    if (wire == Wire::be32) return static_cast<T>(htobe32(static_cast<uint32_t>(value)));
    return value;
}

} // namespace

Result<void> read_value(Bytes payload, const char* name, Wire wire, const Value& value)
{
    if (const size_t wanted = width(wire); wanted && payload.size() != wanted)
        return Error{fmt::format("netlink attribute {}", name),
                     "read",
                     EBADMSG,
                     fmt::format("{} bytes instead of {}", payload.size(), wanted),
                     {}};
    if (const auto* text = std::get_if<std::string*>(&value)) {
        const auto* begin = reinterpret_cast<const char*>(payload.data());
        (*text)->assign(begin, ::strnlen(begin, payload.size()));
        return {};
    }
    if (const auto* bytes = std::get_if<std::array<uint8_t, 16>*>(&value)) {
        std::memcpy((*bytes)->data(), payload.data(), payload.size());
        return {};
    }
    if (const auto* flag = std::get_if<bool*>(&value)) {
        **flag = true;
        return {};
    }
    std::visit(
        [&](auto* number) {
            if constexpr (std::is_integral_v<std::remove_pointer_t<decltype(number)>>) {
                std::memcpy(number, payload.data(), sizeof *number);
                *number = turned(*number, wire); // turning back is the same exchange
            }
        },
        value);
    return {};
}

} // namespace detail

std::optional<Bytes> find(Bytes attributes, uint16_t id)
{
    std::optional<Bytes> found;
    // Bytes that are no attribute end the walk: what came before them counts.
    (void)for_each_attribute(attributes, [&](uint16_t at, Bytes payload) -> Result<void> {
        if (at == id && !found) found = payload;
        return {};
    });
    return found;
}

} // namespace gueway::netlink
