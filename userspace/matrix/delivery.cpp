// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/delivery.h"

#include "matrix/outer.h"
#include "matrix/places.h"
#include "packet/reassemble.h"
#include "packet/tunnel.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <linux/if_ether.h>

namespace gueway::matrix {

namespace {

using Bytes = std::vector<uint8_t>;

// Reads one capture after the other.
class Reader {
public:
    Reader(const Cell& cell, const Observation& seen)
        : cell_(cell), seen_(seen), shipment_(shipment(cell)), path_(path(cell))
    {
        for (const auto& frame : seen.worker) take(frame);
        if (!outer_parts_.empty() || !inner_parts_.empty())
            complain("fragments of it are missing", made_.lengths.size());
    }
    Delivery made() && { return std::move(made_); }

private:
    void complain(const std::string& what, size_t packet)
    {
        made_.complaints.push_back(of_packet(packet, what));
    }
    void complain(const Complaints& all)
    {
        for (const auto& what : all) complain(what, made_.lengths.size());
    }

    // What a link of bytes only cannot carry: a device's notes beside them.
    void check_link(const Captured& frame)
    {
        const auto packet = made_.lengths.size() + 1;
        const unsigned type = path_.underlay == AF_INET ? ETH_P_IP : ETH_P_IPV6;
        if (frame.ethertype() != type)
            complain(fmt::format("EtherType {:#06x}, not {:#06x}", frame.ethertype(), type),
                     packet);
        if (frame.vlan || frame.network() != ETH_HLEN) complain("a VLAN tag", packet);
        if (!std::ranges::equal(std::span(frame.bytes).first(ETH_ALEN), seen_.to_mac))
            complain("it went to another Ethernet address", packet);
        if (!std::ranges::equal(std::span(frame.bytes).subspan(ETH_ALEN, ETH_ALEN), seen_.from_mac))
            complain("it came from another Ethernet address", packet);
    }

    // No device can compute a checksum of which a fragment has a part: ip_do_fragment() and
    // ip6_fragment() do it before they cut (skb_checksum_help()), also for one that has all of it.
    // Nor can a link of bytes only leave one.
    void check_pending(const Captured& frame, const std::optional<IpReading>& ip)
    {
        const bool cut = ip && (ip->fragment() || ip->header > ip_header(path_.underlay));
        if (frame.checksum_pending && (cut || cell_.underlay == Underlay::wire))
            complain("a checksum is still pending", made_.lengths.size() + 1);
    }

    void take(const Captured& frame)
    {
        check_link(frame);
        const auto bytes = frame.packet();
        Complaints complaints;
        const auto ip = read_ip(bytes, path_.underlay, complaints);
        check_pending(frame, ip);
        if (!ip || !ip->fragment()) {
            frame.whole() ? read_whole(frame) : read_one(frame);
            return;
        }
        made_.lengths.push_back(static_cast<unsigned>(bytes.size()));
        made_.texts.push_back(
            fmt::format("{} fragment {}+{} of id {}{}", path_.underlay == AF_INET ? "IPv4" : "IPv6",
                        ip->offset, bytes.size() - ip->header, ip->id, ip->more ? "" : ", last"));
        outer_parts_.emplace_back(bytes.begin(), bytes.end());
        outers_.push_back(*ip);
        if (ip->more) return;
        read_packet(join(outer_parts_), {.joined = true});
    }

    // Puts the parts together and forgets them.
    Bytes join(std::vector<Bytes>& parts)
    {
        std::vector<std::span<const uint8_t>> views(parts.begin(), parts.end());
        auto whole = reassemble(views);
        complain(whole.complaints);
        parts.clear();
        return std::move(whole.packet);
    }

    // A packet on the wire that is no fragment.
    void read_one(const Captured& frame)
    {
        const auto bytes = frame.packet();
        made_.lengths.push_back(static_cast<unsigned>(bytes.size()));
        if (cell_.underlay == Underlay::whole && !frame.offload)
            complain("nobody told what is left to offload", made_.lengths.size());
        read_packet({bytes.begin(), bytes.end()},
                    {.checksum_pending = frame.checksum_pending, .pending_at = frame.pending_at()});
    }

    // A GSO packet that goes over the link as one, which only veth carries. Its segments are as
    // long as it says, or if the kernel has no words for that, as what was sent.
    void read_whole(const Captured& frame)
    {
        const auto bytes = frame.packet();
        const unsigned segment = frame.offload ? frame.offload->segment : shipment_.gso_size;
        const unsigned headers =
            ip_header(path_.underlay) + tunnel_header(path_.encap, shipment_) + shipment_.headers();
        if (segment == 0 || bytes.size() <= headers) {
            made_.lengths.push_back(static_cast<unsigned>(bytes.size()));
            complain("a GSO packet of no segments", made_.lengths.size());
            made_.texts.emplace_back("a GSO packet of no segments");
            return;
        }
        for (auto left = static_cast<unsigned>(bytes.size()) - headers; left > 0;) {
            const unsigned part = std::min(left, segment);
            made_.lengths.push_back(headers + part);
            left -= part;
        }
        check_offload(frame);
        read_packet({bytes.begin(), bytes.end()}, {.checksum_pending = frame.checksum_pending,
                                                   .pending_at = frame.pending_at(),
                                                   .gso_size = segment});
    }

    // What segments it, or its receiver, goes by.
    void check_offload(const Captured& frame)
    {
        const auto packet = made_.lengths.size();
        const auto should = offload(seen_.sent);
        const bool pending = frame.checksum_pending;
        if (pending != shipment_.partial)
            complain(fmt::format("its checksum is {}", pending ? "pending" : "not pending"),
                     packet);
        if (!frame.offload) {
            if (should.gso_type != gso_udp || seen_.tells_udp_gso)
                complain("the kernel has no words for it", packet);
            return;
        }
        const auto& is = *frame.offload;
        if (is.gso_type != should.gso_type)
            complain(fmt::format("GSO type {:#04x}, not {:#04x}", is.gso_type, should.gso_type),
                     packet);
        if (is.segment != should.segment)
            complain(fmt::format("segments of {} bytes, not {}", is.segment, should.segment),
                     packet);
        if (pending != ((is.flags & offload_needs_checksum) != 0))
            complain("it is not told what is pending", packet);
        if (pending && is.checksum_offset != should.checksum_offset)
            complain(fmt::format("its checksum goes to {}, not {}", is.checksum_offset,
                                 should.checksum_offset),
                     packet);
    }

    //   pending_at, gso_size  as packet/tunnel.h wants them
    //   joined                of fragments
    struct Told {
        bool checksum_pending = false;
        std::optional<unsigned> pending_at;
        unsigned gso_size = 0;
        bool joined = false;
    };
    void read_packet(const Bytes& bytes, const Told& told)
    {
        auto reading = read_tunnel(bytes, {.encap = path_.encap,
                                           .family = path_.underlay,
                                           .checksum_pending = told.checksum_pending,
                                           .pending_at = told.pending_at,
                                           .gso_size = told.gso_size});
        complain(reading.complaints);
        check_flow(reading);
        if (told.joined)
            made_.texts.back() += "; together " + reading.text();
        else
            made_.texts.push_back(reading.text());
        if (reading.outer && !told.joined) outers_.push_back(*reading.outer);
        if (reading.inner && reading.inner->fragment()) {
            if (told.checksum_pending)
                complain("a fragment's checksum is pending", made_.lengths.size());
            take_inner_part(bytes, reading.inner_at, *reading.inner);
            return;
        }
        add(bytes, std::move(reading), told.gso_size);
    }

    // By what networks keep packets of one flow on one way: the tunnel's UDP source port and the
    // flow label, one for all packets of the client's.
    void check_flow(const TunnelReading& reading)
    {
        if (!reading.outer) return;
        const auto packet = made_.lengths.size();
        const Flow flow{reading.udp ? reading.udp->source : uint16_t{0}, reading.outer->flow_label};
        // Fragments have no ports to tell flows apart by: theirs is another.
        const bool fragment = reading.inner && reading.inner->fragment();
        auto& first = fragment ? flow_of_fragments_ : flow_;
        if (!first) first = flow;
        if (reading.udp && (flow.port < first_entropy_port || flow.port > last_entropy_port))
            complain(fmt::format("outer UDP: source port {}", flow.port), packet);
        if (flow.port != first->port)
            complain(
                fmt::format("outer UDP: source port {}, and {} before", flow.port, first->port),
                packet);
        if (flow.label != first->label)
            complain(
                fmt::format("outer flow label {:#x}, and {:#x} before", flow.label, first->label),
                packet);
    }

    // The client's fragment, which begins at `at`.
    void take_inner_part(const Bytes& bytes, unsigned at, const IpReading& ip)
    {
        inner_parts_.emplace_back(bytes.begin() + at, bytes.end());
        inners_.push_back(ip);
        if (ip.more) return;
        const auto whole = join(inner_parts_);
        auto inner = read_tunnel(whole, {.encap = {}, .family = shipment_.family});
        complain(inner.complaints);
        add(whole, std::move(inner), 0);
    }

    void add(const Bytes& bytes, TunnelReading reading, unsigned gso_size)
    {
        Segment segment;
        const size_t end = std::min<size_t>(bytes.size(), reading.payload_at + reading.payload);
        if (reading.transport && reading.payload_at <= end)
            segment.payload.assign(bytes.begin() + reading.payload_at,
                                   bytes.begin() + static_cast<ptrdiff_t>(end));
        if (gso_size && !segment.payload.empty())
            segment.segments = (static_cast<unsigned>(segment.payload.size()) - 1) / gso_size + 1;
        if (inners_.empty() && reading.inner) inners_.push_back(*reading.inner);
        segment.outers = std::exchange(outers_, {});
        segment.inners = std::exchange(inners_, {});
        segment.reading = std::move(reading);
        made_.segments.push_back(std::move(segment));
    }

    struct Flow {
        uint16_t port = 0;
        uint32_t label = 0;
    };
    const Cell& cell_;
    const Observation& seen_;
    const Shipment shipment_;
    const TunnelPath path_;
    Delivery made_;
    std::optional<Flow> flow_, flow_of_fragments_;
    std::vector<Bytes> outer_parts_, inner_parts_;
    std::vector<IpReading> outers_, inners_; // of the packet that is being read
};

} // namespace

std::string of_packet(size_t packet, std::string_view what)
{
    return fmt::format("packet {}: {}", packet, what);
}

Delivery read_delivery(const Cell& cell, const Observation& seen)
{
    return Reader(cell, seen).made();
}

} // namespace gueway::matrix
