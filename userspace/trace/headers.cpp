// SPDX-License-Identifier: GPL-2.0-only
#include "trace/headers.h"

#include "util/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway {

namespace {

constexpr std::array<const char*, FOLLOW_RULES_COUNT> rule_names = {
    "data <= tail <= end",
    "csum_start inside the packet",
    "tunnel header long enough",
    "inner_mac = inner_network",
    "network < transport <= inner_mac <= inner_network < inner_transport",
    "headers before the tail",
    "gso_type names the tunnel",
};

struct Named {
    const char* name;
    uint16_t offset;
};

// The first two neighbours that are in the wrong order.
std::string wrong_order(const follow_event& event)
{
    const std::array<Named, 5> order = {{{"net", event.network},
                                         {"transport", event.transport},
                                         {"inner mac", event.inner_mac},
                                         {"inner net", event.inner_network},
                                         {"inner transport", event.inner_transport}}};
    for (size_t i = 1; i < order.size(); ++i) {
        const auto &left = order.at(i - 1), &right = order.at(i);
        const bool equal_is_right = i == 2 || i == 3;
        if (left.offset < right.offset || (equal_is_right && left.offset == right.offset)) continue;
        return fmt::format("{} {} behind {} {}", left.name, left.offset, right.name, right.offset);
    }
    return "headers out of order";
}

std::string numbers(follow_rule rule, const follow_event& event)
{
    switch (rule) {
    case FOLLOW_RULE_buffer:
        return fmt::format("data {}, tail {}, end {}", event.data, event.tail, event.end);
    case FOLLOW_RULE_checksum:
        return fmt::format("checksum from {}, put at {}, packet from {} to {}", event.csum_start,
                           event.csum_start + event.csum_offset, event.network, event.tail);
    case FOLLOW_RULE_tunnel_header:
        return "tunnel header " + TunnelHeader{event.inner_mac, event.transport}.text();
    case FOLLOW_RULE_inner_mac:
        return fmt::format("inner mac {}, inner net {}", event.inner_mac, event.inner_network);
    case FOLLOW_RULE_order:
        return wrong_order(event);
    case FOLLOW_RULE_linear:
        return fmt::format("transport {}, inner transport {}, tail {}", event.transport,
                           event.inner_transport, event.tail);
    case FOLLOW_RULE_gso_type:
        return fmt::format("gso_type {:#x}", event.gso_type);
    default:
        return {};
    }
}

} // namespace

std::string TunnelHeader::text() const
{
    return fmt::format("{} bytes (computed: inner mac {} - transport {})", length(), inner_mac,
                       transport);
}

HeaderOffsets header_offsets(uint16_t mac, uint16_t network, uint16_t transport)
{
    const auto offset = [](uint16_t value) -> std::optional<uint16_t> {
        constexpr uint16_t unset = 0xffff;
        if (value == unset) return {};
        return value;
    };
    return {offset(mac), offset(network), offset(transport)};
}

std::optional<TunnelHeader> tunnel_header(const follow_event& event)
{
    if (!event.checked || (event.tunnel != IPPROTO_UDP && event.tunnel != IPPROTO_GRE)) return {};
    return TunnelHeader{event.inner_mac, event.transport};
}

std::string text(const std::vector<BrokenInvariant>& broken)
{
    // Those that broke together are told together, in the order in which they did.
    std::vector<std::string> parts;
    std::string last;
    for (const auto& one : broken) {
        const auto since = one.after.empty() ? "from the beginning" : "after " + one.after;
        parts.push_back(since == last ? one.text : fmt::format("broken {}: {}", since, one.text));
        last = since;
    }
    return join(parts, ", ");
}

RuleHistory::Piece& RuleHistory::piece(const follow_event& event)
{
    const auto known = pieces_.find(event.piece);
    if (known != pieces_.end()) return known->second;
    if (pieces_.size() == FOLLOW_TABLE_SIZE) pieces_.erase(pieces_.begin());
    const auto parent = pieces_.find(event.parent);
    const auto inherited = parent == pieces_.end() ? Piece{} : parent->second;
    return pieces_[event.piece] = inherited;
}

std::vector<BrokenInvariant> RuleHistory::add(const follow_event& event, std::string_view function)
{
    auto& piece = this->piece(event);
    for (auto& known : piece.broken) known.first = false;
    if (event.checked) {
        std::vector<BrokenInvariant> now;
        for (unsigned rule = 0; rule < FOLLOW_RULES_COUNT; ++rule) {
            if (!(event.broken >> rule & 1)) continue;
            const auto* const name = rule_names.at(rule);
            const auto known = std::ranges::find(piece.broken, name, &BrokenInvariant::name);
            const bool first = known == piece.broken.end();
            now.push_back({name, numbers(follow_rule(rule), event), first,
                           first ? piece.function : known->after});
        }
        piece.broken = std::move(now);
    }
    auto broken = piece.broken;
    if (!function.empty()) piece.function = function;
    if (event.what >= FOLLOW_DROPPED) pieces_.erase(event.piece);
    return broken;
}

} // namespace gueway
