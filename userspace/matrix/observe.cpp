// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/observe.h"

#include "encap/sizes.h"
#include "link/device.h"
#include "matrix/axes.h"
#include "matrix/rules.h"
#include "matrix/tunnels.h"
#include "util/deadline.h"
#include "util/module.h"
#include "util/processor.h"

#include <algorithm>
#include <cstring>
#include <iterator>

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
    made.tells_udp_gso_ = tells_udp_gso(kernel_release());
    return made;
}

// What comes between cells has come too late.
Result<void> Observer::drain(const Cell& cell, Observation& seen)
{
    const auto late = [&](const char* host, const std::string& device, const Captured& frame) {
        if (!is_talk(frame))
            seen.strays.push_back({at_the(host, device) + " before the cell", frame});
    };
    for (auto& [name, ring] : at_worker_)
        while (const auto frame = TRY(ring.next())) late("worker", name, *frame);
    for (auto& [name, capture] : at_client_)
        for (const auto& frame : TRY(capture.all())) late("client", name, frame);
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
                return Error{fmt::format("fence at {} behind {}",
                                         at_the("worker", device(cell.underlay)), name(cell)),
                             "wait for it", ETIMEDOUT,
                             "a packet that is only forwarded did not arrive",
                             "run the cell alone (--cell): if it comes then, the machine was busy; "
                             "if not, the director does not forward any more"};
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

// A VLAN's packets, which have a tag on the device below, are looked at without it, on its own.
// What has a tag that is of none comes nowhere else.
void Observer::sort_told(const Cell& cell, const std::string& device, Captured frame,
                         Observation& seen, std::vector<Captured>& told) const
{
    const bool own = device == entrance(cell).device;
    const auto vlan = vlan_of(frame);
    const bool below = vlan && is_vlan(*vlan);
    if (!(own && is_icmp(frame, family(cell.inner))) && !below && !is_talk(frame))
        seen.strays.push_back({at_the("client", device), frame});
    if (own) told.push_back(std::move(frame));
}

Result<void> Observer::add_strays(const Cell& cell, Observation& seen)
{
    for (auto& [name, ring] : at_worker_)
        while (auto frame = TRY(ring.next()))
            if (!is_talk(*frame))
                seen.strays.push_back({at_the("worker", name), std::move(*frame)});
    for (auto& [name, capture] : at_client_)
        for (auto& frame : TRY(capture.all()))
            sort_told(cell, name, std::move(frame), seen, seen.client);
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

Observation Observer::nothing_yet(const Cell& cell, Frame sent) const
{
    const auto& [from, to] = macs_.at(device(cell.underlay));
    return {
        .sent = std::move(sent), .tells_udp_gso = tells_udp_gso_, .from_mac = from, .to_mac = to};
}

// Returns when the director is done with it.
Result<std::optional<UdpSocket>> Observer::send(const Cell& cell, Observation& seen)
{
    const bool watched = needs_frees(cell);
    if (watched) frees_.begin();
    auto socket = TRY(sender_.send(cell, seen.sent));
    seen.refused = socket && socket->refused();
    // What GRO holds back leaves the director when its device has been polled to its end, which it
    // has when something that came after the first fence is through. And what a tunnel of the
    // worker's took is polled once more (gro_cells), in a turn of its own, which a processor that
    // others starve takes behind the first fence; the second one stands behind it in line.
    for (int fence = 0; fence < 2; ++fence) TRY(wait_for_fence(cell, seen));
    if (watched) seen.freed = frees_.end();
    return socket;
}

Result<void> Observer::play(const Cell& cell, Observation& seen)
{
    const auto socket = TRY(send(cell, seen));
    TRY(count(cell, seen));
    if (cell.origin == Origin::director && socket) seen.told_self = TRY(socket->told());
    TRY(add_strays(cell, seen));
    return add_offload(cell, seen);
}

// The packet that came through is answered by the router, and sent again.
Result<Observation> Observer::meet_router(const Cell& cell, Observation first)
{
    if (first.worker.empty())
        return error("router of " + name(cell), "answer",
                     "no packet came that it could not pass on",
                     "run it on a fresh rig (--cell); if it is so again, see the same cell without "
                     "/router, with a packet that fits");
    TRY(sender_.answer(cell, first.worker.front().packet(), path(cell).mtu));
    auto answered = nothing_yet(cell, first.sent);
    TRY(wait_for_fence(cell, answered));
    auto seen = nothing_yet(cell, first.sent);
    seen.director_answered = TRY(director_.moved());
    seen.receiver_answered = TRY(worker_.moved());
    seen.aside = std::move(answered.aside);
    seen.strays = std::move(answered.strays);
    for (auto& frame : answered.worker)
        seen.strays.push_back({at_the("worker", device(cell.underlay)), std::move(frame)});
    const std::string name = entrance(cell).device;
    for (auto& frame : TRY(at_client_.at(name).all()))
        sort_told(cell, name, std::move(frame), seen, seen.told_first);
    TRY(drain(cell, seen));
    TRY(play(cell, seen));
    seen.before.push_back(std::move(first));
    return seen;
}

Result<Observation> Observer::observe(const Cell& cell, uint64_t number)
{
    auto seen = nothing_yet(cell, cell_frame(cell, number));
    TRY(drain(cell, seen));
    TRY(play(cell, seen));
    if (cell.event == Event::router) return meet_router(cell, std::move(seen));
    return seen;
}

} // namespace gueway::matrix
