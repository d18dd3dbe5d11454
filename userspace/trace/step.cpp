// SPDX-License-Identifier: GPL-2.0-only
#include "trace/step.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace gueway {

namespace {

// As many are followed at once; of more the ends got lost.
constexpr size_t most_packets = FOLLOW_TABLE_SIZE;
constexpr size_t most_pieces = 4096; // of one packet

constexpr uint8_t checksum_partial = 3; // include/linux/skbuff.h: CHECKSUM_PARTIAL

constexpr std::array<const char*, FOLLOW_FUNCTIONS> functions = {
#define FOLLOW_NAME(function, ...) #function,
    FOLLOW_ALL(FOLLOW_NAME)
#undef FOLLOW_NAME
};

StepKind kind_of(uint32_t what)
{
    switch (what) {
    case FOLLOW_RECEIVED:
        return StepKind::received;
    case FOLLOW_SENT:
        return StepKind::sent;
    case FOLLOW_CLONED:
        return StepKind::cloned;
    case FOLLOW_COPIED:
        return StepKind::copied;
    case FOLLOW_MOVED:
        return StepKind::moved;
    case FOLLOW_SEGMENT:
        return StepKind::segment;
    case FOLLOW_DROPPED:
        return StepKind::dropped;
    case FOLLOW_CONSUMED:
        return StepKind::consumed;
    case FOLLOW_FREED:
        return StepKind::freed;
    default:
        return StepKind::enters;
    }
}

void decode_packet(Step& step, const follow_event& event)
{
    const std::span bytes(event.snap, std::min<size_t>(event.snapped, FOLLOW_SNAP));
    step.protocol = event.protocol;
    step.layers = parse_layers(step.protocol, bytes);
    step.length = event.length;
    step.gso = {event.gso_type, event.gso_size, event.gso_segs};
    step.encapsulation = event.encapsulation != 0;
    step.headers = header_offsets(event.mac, event.network, event.transport);
    step.inner = header_offsets(event.inner_mac, event.inner_network, event.inner_transport);
    step.buffer = {event.data, event.tail, event.end};
    if (event.ip_summed == checksum_partial) step.checksum = {event.csum_start, event.csum_offset};
    step.tunnel_header = tunnel_header(event);
    step.bytes.assign(bytes.begin(), bytes.end());
}

} // namespace

std::string_view name(StepKind kind)
{
    constexpr std::array<std::string_view, 10> names = {"received", "sent",  "enters",  "cloned",
                                                        "copied",   "moved", "segment", "dropped",
                                                        "consumed", "freed"};
    return names.at(static_cast<size_t>(kind));
}

std::string_view follow_function_name(uint32_t function)
{
    return function < functions.size() ? functions.at(function) : "?";
}

StepDecoder::Packet& StepDecoder::packet(const follow_event& event)
{
    const auto found = packets_.find(event.packet);
    if (found != packets_.end()) return found->second;
    if (packets_.size() == most_packets) packets_.erase(packets_.begin());
    auto& made = packets_[event.packet];
    made.number = number(made, event.packet);
    made.begin = event.time;
    return made;
}

uint64_t StepDecoder::number(Packet& packet, uint64_t piece)
{
    const auto [found, is_new] = packet.numbers.try_emplace(piece, last_number_ + 1);
    const auto number = found->second;
    if (is_new) ++last_number_;
    if (packet.numbers.size() > most_pieces) packet.numbers.erase(packet.numbers.begin());
    return number;
}

void StepDecoder::end(const follow_event& event)
{
    const auto packet = packets_.find(event.packet);
    packet->second.alive.erase(event.piece);
    if (packet->second.alive.empty()) packets_.erase(packet);
}

StackFrame StepDecoder::frame(uint64_t address)
{
    if (const auto known = frames_.find(address); known != frames_.end()) return known->second;
    StackFrame made{names_.place(address), {}};
    if (names_.source) made.source = names_.source(made.place);
    return frames_.emplace(address, std::move(made)).first->second;
}

void StepDecoder::decode_drop(Step& step, const follow_event& event)
{
    const auto here = frame(event.location);
    step.place = here.place;
    step.source = here.source;
    step.reason = names_.reason(event.reason);
    step.harmless = harmless_free(here.place, step.reason, event.data > event.network);
    step.returned = decode_answers(event);
    step.stack = decode_stack(event, [this](uint64_t address) { return frame(address); });
}

Step StepDecoder::decode(const follow_event& event)
{
    Step step{.kind = kind_of(event.what), .time = event.time, .cpu = event.cpu};
    auto& packet = this->packet(event);
    packet.alive.insert(event.piece);
    step.microseconds = double(event.time - std::min<uint64_t>(event.time, packet.begin)) / 1000;
    step.packet = packet.number;
    step.parent = event.parent ? number(packet, event.parent) : 0;
    step.piece = number(packet, event.piece);
    if (step.kind == StepKind::enters || step.kind == StepKind::sent)
        step.function = follow_function_name(event.function);
    if (step.kind == StepKind::dropped) decode_drop(step, event);
    step.netns_number = event.netns;
    if (event.netns) step.netns = names_.netns(event.netns);
    step.device = {event.device,
                   {event.device_name, ::strnlen(event.device_name, FOLLOW_DEVICE_NAME)},
                   event.device_mtu};
    decode_packet(step, event);
    step.broken = rules_.add(event, step.function);
    step.ipvs = decode_ipvs(event);
    step.icmp = decode_icmp(event);
    step.chain = decode_chain(event);
    if (step.ends()) end(event);
    return step;
}

} // namespace gueway
