// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/observe.h"

#include "encap/sizes.h"
#include "link/device.h"
#include "matrix/tunnels.h"
#include "util/deadline.h"
#include "util/processor.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <tuple>

#include <fmt/format.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace gueway::matrix {

namespace {

constexpr auto patience = std::chrono::seconds(10);
constexpr size_t ipv4_destination = 16, ipv6_destination = 24;

std::string at_the(const char* host, std::string_view device)
{
    return fmt::format("the {}'s {}", host, device);
}

// The destination of an IP packet; nothing for any other.
std::optional<Address> destination_of(const Captured& frame)
{
    const auto packet = frame.packet();
    Address address;
    if (frame.ethertype() == ETHERTYPE_IP && packet.size() >= ipv4_destination + 4) {
        address.family = AF_INET;
        std::memcpy(address.bytes.data(), packet.data() + ipv4_destination, 4);
        return address;
    }
    if (frame.ethertype() == ETHERTYPE_IPV6 && packet.size() >= ipv6_destination + 16) {
        address.family = AF_INET6;
        std::memcpy(address.bytes.data(), packet.data() + ipv6_destination, 16);
        return address;
    }
    return std::nullopt;
}

std::optional<uint64_t> fence_number(const Captured& frame, Underlay underlay)
{
    constexpr size_t payload_at = ipv4_header + udp_header;
    const auto packet = frame.packet();
    if (destination_of(frame) != fence_address(underlay)) return std::nullopt;
    if (packet.size() < payload_at + Sender::fence_payload) return std::nullopt;
    uint64_t number = 0;
    std::memcpy(&number, packet.data() + payload_at, sizeof number);
    return number;
}

bool to_a_tunnel(const Captured& frame, Underlay underlay)
{
    const auto to = destination_of(frame);
    const auto ends = worker_ends(underlay);
    return to && *to != fence_address(underlay) && std::ranges::find(ends, *to) != ends.end();
}

// What came of the packet that a router answered.
void set_aside(Observation& seen)
{
    seen.carried = seen.talk = 0;
    std::ranges::move(seen.worker, std::back_inserter(seen.aside));
    seen.worker.clear();
}

} // namespace

Result<Observer> Observer::open(const Rig& rig, bool wires, bool times)
{
    TRY(stay_on_first_processor());
    const auto &client = rig.host("client"), &worker = rig.host("worker");
    Observer made(TRY(Sender::open(rig, wires)), TRY(Counters::open(rig.host("director"))),
                  TRY(Counters::open(worker)));
    for (const auto underlay : underlays_with(wires)) {
        const std::string name = device(underlay);
        made.at_worker_.emplace(name,
                                TRY(RingCapture::start(TRY(worker.socket(AF_PACKET, SOCK_RAW)),
                                                       TRY(gueway::device(worker, name)).index,
                                                       "capture on the worker's " + name)));
        const auto from = TRY(gueway::device(rig.host("director"), name)).mac;
        const auto to = TRY(gueway::device(worker, name)).mac;
        made.macs_[name] = {TRY(parse_mac(from)), TRY(parse_mac(to))};
    }
    const std::string whole = device(Underlay::whole);
    made.offload_ = TRY(Capture::start(
        TRY(worker.socket(AF_PACKET, SOCK_RAW)), TRY(gueway::device(worker, whole)).index,
        "offload capture on the worker's " + whole, {.outgoing = false, .offload = true}));
    for (const auto& at : entrances(wires)) {
        const std::string name = at.device;
        made.at_client_.emplace(name, TRY(Capture::start(TRY(client.socket(AF_PACKET, SOCK_RAW)),
                                                         TRY(gueway::device(client, name)).index,
                                                         "capture on the client's " + name,
                                                         {.outgoing = false, .times = times})));
    }
    return made;
}

Result<void> Observer::drain(const Cell& cell)
{
    for (auto& [name, ring] : at_worker_)
        while (TRY(ring.next())) {
        }
    for (auto& [name, capture] : at_client_) TRY(capture.all());
    if (cell.underlay == Underlay::whole && offload_) TRY(offload_->all());
    TRY(director_.moved());
    TRY(worker_.moved());
    return {};
}

Result<void> Observer::wait_for_fence(const Cell& cell, Observation& seen)
{
    auto& ring = at_worker_.at(device(cell.underlay));
    TRY(sender_.send_fence(cell, ++fences_));
    ++seen.fences;
    const auto deadline = Deadline::after(patience);
    for (;;) {
        auto frame = TRY(ring.next());
        if (!frame) {
            if (deadline.passed())
                return Error{"fence",
                             "wait for it",
                             ETIMEDOUT,
                             "a packet that is only forwarded did not arrive",
                             {}};
            pollfd ready = {.fd = ring.fd(), .events = POLLIN, .revents = 0};
            ::poll(&ready, 1, deadline.poll_timeout());
            continue;
        }
        if (sort(cell, std::move(*frame), seen)) return {};
    }
}

bool Observer::sort(const Cell& cell, Captured frame, Observation& seen) const
{
    ++seen.carried;
    if (to_a_tunnel(frame, cell.underlay)) {
        seen.worker.push_back(std::move(frame));
        return false;
    }
    const auto number = fence_number(frame, cell.underlay);
    if (!number && is_talk(frame))
        ++seen.talk;
    else if (!number)
        seen.strays.push_back({at_the("worker", device(cell.underlay)), frame});
    seen.aside.push_back(std::move(frame));
    return number == fences_;
}

// The counters first: what comes while they are read is in the captures, and is talk.
Result<void> Observer::count(const Cell& cell, Observation& seen)
{
    seen.director = TRY(director_.moved());
    seen.receiver = TRY(worker_.moved());
    auto& ring = at_worker_.at(device(cell.underlay));
    while (auto frame = TRY(ring.next())) sort(cell, std::move(*frame), seen);
    return {};
}

// A VLAN's packets, which have a tag on the device below, are looked at without it.
Result<void> Observer::add_strays(const Cell& cell, Observation& seen)
{
    for (auto& [name, ring] : at_worker_)
        while (auto frame = TRY(ring.next()))
            if (!is_talk(*frame))
                seen.strays.push_back({at_the("worker", name), std::move(*frame)});
    const std::string_view own = entrance(cell).device;
    for (auto& [name, capture] : at_client_)
        for (auto& frame : TRY(capture.all())) {
            const bool told = name == own && is_icmp(frame, family(cell.inner));
            const bool below = frame.vlan || frame.network() != ethernet_header;
            if (!told && !below && !is_talk(frame))
                seen.strays.push_back({at_the("client", name), frame});
            if (name == own) seen.client.push_back(std::move(frame));
        }
    return {};
}

// Both captures see the same packets in the same order.
Result<void> Observer::add_offload(const Cell& cell, Observation& seen)
{
    if (cell.underlay != Underlay::whole || !offload_) return {};
    auto frames = TRY(offload_->all());
    std::erase_if(frames, [&](const auto& frame) { return !to_a_tunnel(frame, cell.underlay); });
    if (frames.size() != seen.worker.size()) return {}; // nothing is told, which is complained of
    for (size_t i = 0; i < frames.size(); ++i) {
        seen.worker[i].offload = frames[i].offload;
        seen.worker[i].untold = frames[i].untold;
    }
    return {};
}

// The packet that came through is answered by the router, and sent again.
Result<void> Observer::meet_router(const Cell& cell, Observation& seen)
{
    if (seen.worker.empty())
        return error("router", "answer", "no packet came that it could not pass on");
    TRY(sender_.answer(cell, seen.worker.front().packet(), path(cell).mtu));
    set_aside(seen);
    TRY(wait_for_fence(cell, seen));
    seen.told_first = TRY(at_client_.at(entrance(cell).device).all());
    set_aside(seen);
    if (cell.underlay == Underlay::whole && offload_) TRY(offload_->all());
    TRY(director_.moved());
    TRY(worker_.moved());
    seen.fences = 0;
    seen.refused = TRY(sender_.send(cell, seen.sent));
    return wait_for_fence(cell, seen);
}

Result<Observation> Observer::observe(const Cell& cell, uint64_t number)
{
    TRY(drain(cell));
    Observation seen{.sent = cell_frame(cell, number)};
    std::tie(seen.from_mac, seen.to_mac) = macs_.at(device(cell.underlay));
    seen.sctp_counted = worker_.reads("sctp/snmp");
    seen.refused = TRY(sender_.send(cell, seen.sent));
    // What GRO holds back leaves when the device has been polled to its end, which it has when
    // something that came after the first fence is through.
    for (int fence = 0; fence < (through_gro(cell) ? 2 : 1); ++fence)
        TRY(wait_for_fence(cell, seen));
    if (cell.event == Event::router) TRY(meet_router(cell, seen));
    TRY(count(cell, seen));
    TRY(add_strays(cell, seen));
    TRY(add_offload(cell, seen));
    return seen;
}

} // namespace gueway::matrix
