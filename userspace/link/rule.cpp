// SPDX-License-Identifier: GPL-2.0-only
#include "link/rule.h"

#include "netlink/attributes.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

namespace gueway {

namespace {

using netlink::Bytes;

// What a rule may ask of a packet, the destination apart. The kernel tells only what is set.
constexpr auto questions =
    std::to_array<uint16_t>({FRA_SRC, FRA_IIFNAME, FRA_OIFNAME, FRA_FWMARK, FRA_TUN_ID, FRA_L3MDEV,
                             FRA_UID_RANGE, FRA_IP_PROTO, FRA_SPORT_RANGE, FRA_DPORT_RANGE});

bool beyond_destination(Bytes message)
{
    fib_rule_hdr fixed{};
    if (message.size() < sizeof fixed) return false;
    std::memcpy(&fixed, message.data(), sizeof fixed);
    const auto attributes = message.subspan(sizeof fixed);
    return fixed.tos || std::ranges::any_of(questions, [&](uint16_t question) {
               return netlink::find(attributes, question).has_value();
           });
}

} // namespace

Result<bool> rules_beyond_destination(const Namespace& where, int family)
{
    const fib_rule_hdr fixed{.family = static_cast<uint8_t>(family)};
    const netlink::Message request(RTM_GETRULE, 0,
                                   {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed});
    bool found = false;
    TRY(where.rtnl().dump(request, where.name(), "list rules", [&](Bytes message) -> Result<void> {
        found = found || beyond_destination(message);
        return {};
    }));
    return found;
}

} // namespace gueway
