// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/observe.h"

#include "link/device.h"
#include "matrix/tunnels.h"
#include "util/deadline.h"
#include "util/processor.h"

#include <algorithm>
#include <cstring>

#include <net/ethernet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace gueway::matrix {

namespace {

constexpr auto patience = std::chrono::seconds(10);
constexpr size_t ipv4_destination = 16, ipv6_destination = 24;

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
    constexpr size_t payload_at = 20 + 8;
    const auto packet = frame.packet();
    if (destination_of(frame) != fence_address(underlay)) return std::nullopt;
    if (packet.size() < payload_at + Sender::fence_payload) return std::nullopt;
    uint64_t number = 0;
    std::memcpy(&number, packet.data() + payload_at, sizeof number);
    return number;
}

} // namespace

Result<Observer> Observer::open(const Rig& rig, bool wires)
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
    }
    for (const auto& at : entrances(wires)) {
        const std::string name = at.device;
        made.at_client_.emplace(
            name, TRY(Capture::start(TRY(client.socket(AF_PACKET, SOCK_RAW)),
                                     TRY(gueway::device(client, name)).index,
                                     "capture on the client's " + name, {.outgoing = false})));
    }
    return made;
}

Result<void> Observer::drain(const Cell& cell)
{
    auto& ring = at_worker_.at(device(cell.underlay));
    while (TRY(ring.next())) {
    }
    TRY(at_client_.at(entrance(cell).device).all());
    TRY(director_.moved());
    TRY(worker_.moved());
    return {};
}

Result<void> Observer::wait_for_fence(const Cell& cell, Observation& seen)
{
    auto& ring = at_worker_.at(device(cell.underlay));
    const auto ends = worker_ends(cell.underlay);
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
        const auto number = fence_number(*frame, cell.underlay);
        if (number == fences_) return {};
        const auto to = destination_of(*frame);
        if (!number && to && std::ranges::find(ends, *to) != ends.end())
            seen.worker.push_back(std::move(*frame));
    }
}

// The packet that came through is answered by the router, and sent again.
Result<void> Observer::meet_router(const Cell& cell, Observation& seen)
{
    if (seen.worker.empty())
        return error("router", "answer", "no packet came that it could not pass on");
    TRY(sender_.answer(cell, seen.worker.front().packet(), path(cell).mtu));
    seen.worker.clear();
    TRY(wait_for_fence(cell, seen));
    seen.told_first = TRY(at_client_.at(entrance(cell).device).all());
    seen.worker.clear();
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
    seen.refused = TRY(sender_.send(cell, seen.sent));
    // What GRO holds back leaves when the device has been polled to its end, which it has when
    // something that came after the first fence is through.
    for (int fence = 0; fence < (through_gro(cell) ? 2 : 1); ++fence)
        TRY(wait_for_fence(cell, seen));
    if (cell.event == Event::router) TRY(meet_router(cell, seen));
    seen.client = TRY(at_client_.at(entrance(cell).device).all());
    seen.director = TRY(director_.moved());
    seen.receiver = TRY(worker_.moved());
    return seen;
}

} // namespace gueway::matrix
