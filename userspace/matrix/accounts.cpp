// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/accounts.h"

#include "matrix/axes.h"
#include "matrix/bugs.h"
#include "matrix/places.h"
#include "util/text.h"

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

using Lines = std::vector<std::string>;

uint64_t count(const Counts& counts, std::string_view name)
{
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
}

// Of those counters that `matters` says, each that has not moved by what it should have.
Lines differences(std::string_view host, const Counts& seen, const Counts& should,
                  bool (*matters)(std::string_view))
{
    Lines wrong;
    for (const auto& [name, by] : seen)
        if (matters(name) && by != count(should, name))
            wrong.push_back(fmt::format("the {}'s kernel counts {} +{}, not +{}", host, name, by,
                                        count(should, name)));
    for (const auto& [name, by] : should)
        if (by != 0 && count(seen, name) == 0)
            wrong.push_back(fmt::format("the {}'s kernel counts no {}, not +{}", host, name, by));
    return wrong;
}

// "__ip_finish_output +1, __udp4_lib_rcv +1"
std::string freed_text(const Counts& counts)
{
    Lines parts;
    for (const auto& [function, by] : counts) parts.push_back(fmt::format("{} +{}", function, by));
    return parts.empty() ? "no function" : join(parts, ", ");
}

// One packet, however many it stands for: a second one is none that GRO put together.
Lines check_arrival(const Observation& seen)
{
    const auto taken = count(seen.director, "IPVS in_packets");
    if (taken == 1) return {};
    return {fmt::format("IPVS took {} packets of 1 sent", taken)};
}

// What leaves the director arrives, and nothing else does. Neighbours' talk may come between one
// look and the other.
Lines check_device(const Cell& cell, const Observation& seen)
{
    const auto name = fmt::format("{} tx_packets", device(cell.underlay));
    const auto sent = count(seen.director, name);
    if (sent <= seen.carried && sent + seen.talk >= seen.carried) return {};
    return {fmt::format("the director counts {} +{}, and {} arrived", name, sent, seen.carried)};
}

Lines check_strays(const Observation& seen)
{
    Lines wrong;
    for (const auto& stray : seen.strays) wrong.push_back(text(stray));
    return wrong;
}

// The worker's socket of GUE or FOU has a packet segmented that stands for many
// (udp_rcv_segment()); without one it is counted as one.
uint64_t packets(const Cell& cell, const Delivery& delivery)
{
    const bool socket = cell.l4 == L4::udp_gso && cell.tunnel != Tunnel::ipip &&
                        cell.tunnel != Tunnel::gre && cell.tunnel != Tunnel::gre_csum;
    uint64_t all = 0;
    for (const auto& segment : delivery.segments) all += socket ? segment.segments : 1;
    return all;
}

// What came out of the worker's tunnels.
Lines check_taken(const Cell& cell, const Look& look, const Observation& seen,
                  const Delivery& delivery)
{
    const auto transport = matrix::transport(cell.l4);
    const bool v6 = cell.inner == Family::v6;
    uint64_t taken =
        count(seen.receiver, transport == Transport::sctp ? "SctpOutOfBlues" : "Tcp InSegs");
    if (transport == Transport::udp)
        taken = count(seen.receiver, v6 ? "Udp6NoPorts" : "Udp NoPorts") - (v6 ? 0 : seen.fences);
    const auto come = packets(cell, delivery);
    if (taken + look.untaken == come) return {};
    return {fmt::format("the worker's kernel took {} packets of {}, and not {}", taken, come,
                        look.untaken)};
}

// What the director counts of a router's answer. Where client and underlay are IPv4, IPVS takes it
// out of the kernel's hands (ip_vs_core.c, ip_vs_in_icmp()) and tells the client. Else ICMP has it,
// and with it UDP, which has no socket of GUE here (net/ipv4/udp.c, __udp4_lib_err(), and IPv6's).
Counts answer_counts(const Cell& cell)
{
    if (cell.inner == Family::v4 && cell.outer == Family::v4) return {{"Icmp OutDestUnreachs", 1}};
    const bool v4 = cell.outer == Family::v4;
    Counts counts = {{v4 ? "Icmp InDestUnreachs" : "Icmp6InPktTooBigs", 1}};
    if (bugs::gue(cell)) counts[v4 ? "Icmp InErrors" : "Icmp6InErrors"] = 1;
    return counts;
}

// `seen` is of the packet that was sent again, when a router had answered.
Lines check_answered(const Cell& cell, const Observation& seen)
{
    if (seen.before.empty()) return {};
    Lines wrong = differences("director", seen.director_answered, answer_counts(cell), is_loss);
    for (auto&& line : differences("worker", seen.receiver_answered, {}, is_error))
        wrong.push_back(std::move(line));
    for (auto& line : wrong) line = "while the router answered: " + line;
    return wrong;
}

// What other functions have freed is the fences', for which no one at the worker listens, or a
// packet's of whose loss a counter tells. A packet that is refused is freed too, by its tunnel.
Lines check_freed(const Look& look, const Observation& seen)
{
    if (!seen.freed.counts && look.freed.empty()) return {};
    if (!seen.freed.counts)
        return {fmt::format("whether {} has freed the packet is not known: {}",
                            look.freed.begin()->first, seen.freed.why)};
    if (look.icmp) return {};
    Lines wrong;
    for (const auto& [function, shows_as] : freers()) {
        const auto by = freed_by(function, *seen.freed.counts),
                   should = count(look.freed, function);
        if (by != should)
            wrong.push_back(fmt::format("{} has freed {} packets, not {} (kfree_skb in: {})",
                                        function, by, should, freed_text(*seen.freed.counts)));
    }
    return wrong;
}

} // namespace

std::vector<std::string> check_accounts(const Cell& cell, const Look& look, const Observation& seen,
                                        const Delivery& delivery)
{
    Lines wrong;
    for (auto&& lines :
         {differences("director", seen.director, look.director, is_loss),
          differences("worker", seen.receiver, look.worker, is_error), check_arrival(seen),
          check_device(cell, seen), check_strays(seen), check_taken(cell, look, seen, delivery),
          check_freed(look, seen), check_answered(cell, seen)})
        wrong.insert(wrong.end(), lines.begin(), lines.end());
    return wrong;
}

std::vector<std::string> accounts(const Observation& seen)
{
    Lines lines;
    for (const auto& [host, counts] :
         {std::pair("director", &seen.director), std::pair("worker", &seen.receiver)})
        for (const auto& [name, by] : *counts)
            if (is_loss(name) || is_error(name) || name == "IPVS in_packets" ||
                name.contains("Frag"))
                lines.push_back(fmt::format("{}: {} +{}", host, name, by));
    if (seen.freed.counts)
        for (const auto& [function, by] : *seen.freed.counts)
            lines.push_back(fmt::format("kernel: kfree_skb in {} +{}", function, by));
    return lines;
}

} // namespace gueway::matrix
