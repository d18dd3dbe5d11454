// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/message.h"

#include <cstring>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

namespace gueway::netlink {

// clang-tidy cannot know that room_ is filled as far as it is read.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
Message::Message(const Family& family, uint8_t command, uint16_t flags)
{
    nlmsghdr* const head = mnl_nlmsg_put_header(room_.data());
    head->nlmsg_type = family.id;
    head->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
    auto* const generic =
        static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(head, sizeof(genlmsghdr)));
    generic->cmd = command;
    generic->version = family.version;
}

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
Message::Message(uint16_t type, uint16_t flags, std::span<const uint8_t> fixed)
{
    nlmsghdr* const head = mnl_nlmsg_put_header(room_.data());
    head->nlmsg_type = type;
    head->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
    std::memcpy(mnl_nlmsg_put_extra_header(head, fixed.size()), fixed.data(), fixed.size());
}

// By hand: libmnl leaves the padding as it was, so that bytes of our stack would travel to the
// kernel.
void Message::put(uint16_t id, const void* value, size_t size)
{
    constexpr size_t aligned = MNL_ALIGNTO - 1;
    const size_t at = header()->nlmsg_len;
    const size_t end = at + MNL_ATTR_HDRLEN + size;
    const size_t padded = (end + aligned) & ~aligned;
    if (size > room_.size() || padded > room_.size()) {
        overflowed_ = true;
        return;
    }
    const nlattr attribute = {.nla_len = static_cast<uint16_t>(end - at), .nla_type = id};
    uint8_t* const room = room_.data();
    for (size_t i = end; i < padded; ++i) room[i] = 0;
    std::memcpy(room + at, &attribute, sizeof attribute);
    if (size) std::memcpy(room + at + sizeof attribute, value, size);
    header()->nlmsg_len = static_cast<uint32_t>(padded);
}

void Message::begin(uint16_t id)
{
    nlattr* const nest =
        depth_ < nests_.size() ? mnl_attr_nest_start_check(header(), room_.size(), id) : nullptr;
    if (!nest) overflowed_ = true;
    if (depth_ == nests_.size()) return;
    nests_[depth_++] =
        nest ? static_cast<uint16_t>(reinterpret_cast<uint8_t*>(nest) - room_.data()) : 0;
}

void Message::begin(uint16_t id, std::span<const uint8_t> fixed)
{
    begin(id);
    const size_t at = header()->nlmsg_len, padded = NLMSG_ALIGN(fixed.size());
    if (room_.size() - at < padded) {
        overflowed_ = true;
        return;
    }
    std::memset(room_.data() + at, 0, padded);
    std::memcpy(room_.data() + at, fixed.data(), fixed.size());
    header()->nlmsg_len = static_cast<uint32_t>(at + padded);
}

void Message::end()
{
    if (depth_ == 0) return;
    const uint16_t at = nests_[--depth_];
    if (at) mnl_attr_nest_end(header(), reinterpret_cast<nlattr*>(room_.data() + at));
}

std::span<const uint8_t> Message::bytes() const
{
    return {room_.data(), reinterpret_cast<const nlmsghdr*>(room_.data())->nlmsg_len};
}

} // namespace gueway::netlink
