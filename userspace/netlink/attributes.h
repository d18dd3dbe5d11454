// SPDX-License-Identifier: GPL-2.0-only
// Netlink attributes as tables: which attribute is which member of a struct, its type, length and
// byte order. One table writes and reads, so that the two cannot drift apart. Attributes are laid
// out as include/uapi/linux/netlink.h says (struct nlattr, padded to four bytes).
#pragma once

#include "netlink/message.h"
#include "util/result.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <endian.h>

namespace gueway::netlink {

using Bytes = std::span<const uint8_t>;

// How a value lies in the message. Members are always in host order; be16 and be32 are turned.
// `text` is written with its terminator and read with or without; `bytes` are copied as they are.
enum class Wire : uint8_t { u8, u16, u32, u64, be16, be32, text, bytes, flag };

// One attribute of T. The alternative of `member` must fit `wire`: u8 a uint8_t, and so on.
template <class T>
struct Field {
    uint16_t id = 0;
    const char* name = nullptr; // the kernel's, for errors: "PORT"
    Wire wire = Wire::u32;
    std::variant<uint8_t T::*, uint16_t T::*, uint32_t T::*, uint64_t T::*, std::string T::*,
                 std::array<uint8_t, 16> T::*, bool T::*>
        member;
};

template <class T>
using Table = std::span<const Field<T>>;

// Which attributes a message has, or shall get: bit N is the attribute of id N (below 64).
using Present = uint64_t;
constexpr Present all = ~Present{0};
constexpr Present bit(uint16_t id)
{
    return Present{1} << id;
}
template <class... Id>
constexpr Present bits(Id... ids)
{
    return (bit(static_cast<uint16_t>(ids)) | ...);
}

namespace detail {
using Value = std::variant<uint8_t*, uint16_t*, uint32_t*, uint64_t*, std::string*,
                           std::array<uint8_t, 16>*, bool*>;
Result<void> read_value(Bytes payload, const char* name, Wire wire, const Value& value);
} // namespace detail

// The payload of the first attribute of that id, for nested ones; flags of nesting do not count.
std::optional<Bytes> find(Bytes attributes, uint16_t id);

// Calls each(uint16_t id, Bytes payload), which returns Result<void>, for every attribute. Bytes
// that are no attribute end the walk with an Error (EBADMSG).
template <class F>
Result<void> for_each_attribute(Bytes attributes, F&& each)
{
    while (!attributes.empty()) {
        uint16_t head[2]; // struct nlattr: nla_len, nla_type
        if (attributes.size() < sizeof head) break;
        std::memcpy(head, attributes.data(), sizeof head);
        if (head[0] < sizeof head || head[0] > attributes.size()) break;
        TRY(each(static_cast<uint16_t>(head[1] & type_mask),
                 attributes.subspan(sizeof head, head[0] - sizeof head)));
        const size_t padded = (head[0] + 3U) & ~size_t{3};
        attributes = attributes.subspan(std::min(padded, attributes.size()));
    }
    if (attributes.empty()) return {};
    return Error{"netlink message",
                 "read its attributes",
                 EBADMSG,
                 std::to_string(attributes.size()) + " bytes are left that are no attribute",
                 {}};
}

namespace detail {
// An attribute whose field is known when this is compiled: a restore of a thousand workers puts
// fifteen thousand.
template <const auto& table, size_t row, class T>
void put_row(Message& message, const T& object, Present which)
{
    constexpr auto field = table[row];
    constexpr size_t kind = field.member.index();
    if ((which & bit(field.id)) == 0) return;
    const auto& value = object.*std::get<kind>(field.member);
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, std::string>)
        message.put(field.id, value.c_str(), value.size() + 1);
    else if constexpr (std::is_same_v<Value, bool>)
        value ? message.put(field.id, nullptr, 0) : void();
    else if constexpr (field.wire == Wire::be16)
        message.put(field.id, static_cast<uint16_t>(htobe16(value)));
    else if constexpr (field.wire == Wire::be32)
        message.put(field.id, static_cast<uint32_t>(htobe32(value)));
    else
        message.put(field.id, value);
}
} // namespace detail

// Appends the attributes of `table`, an array of Field<T>, that `which` names.
template <const auto& table, class T>
void put(Message& message, const T& object, Present which = all)
{
    [&]<size_t... row>(std::index_sequence<row...>) {
        (detail::put_row<table, row>(message, object, which), ...);
    }(std::make_index_sequence<std::size(table)>());
}

// Fills the members whose attributes are there and says which. Attributes that the table does not
// know are passed over (a newer kernel's); one of a wrong length is an Error that names it.
template <class T>
Result<Present> parse(Bytes attributes, Table<T> table, T& object)
{
    Present present = 0;
    TRY(for_each_attribute(attributes, [&](uint16_t id, Bytes payload) -> Result<void> {
        for (const auto& field : table) {
            if (field.id != id) continue;
            const auto value = std::visit(
                [&](auto member) { return detail::Value(&(object.*member)); }, field.member);
            TRY(detail::read_value(payload, field.name, field.wire, value));
            present |= bit(id);
        }
        return {};
    }));
    return present;
}

} // namespace gueway::netlink
