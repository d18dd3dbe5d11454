// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/faults.h"

#include <algorithm>
#include <iterator>

#include <netinet/in.h>

namespace gueway::matrix {

namespace {

Octets& frame(Scene& scene, size_t i)
{
    return scene.seen.worker.at(i).bytes;
}

size_t frames(const Scene& scene)
{
    return scene.seen.worker.size();
}

bool is_tcp(const Scene& scene)
{
    return scene.at.transport_protocol == IPPROTO_TCP;
}

// The worker's counter of what reached its transport.
std::string_view arrivals(const Scene& scene)
{
    if (is_tcp(scene)) return "Tcp InSegs";
    return scene.cell.inner == Family::v4 ? "Udp NoPorts" : "Udp6NoPorts";
}

// What is sent is what is counted.
void count(Scene& scene, int by)
{
    if (scene.at.transport_protocol == IPPROTO_SCTP) return;
    auto& arrived = scene.seen.receiver[std::string(arrivals(scene))];
    arrived = static_cast<uint64_t>(static_cast<int64_t>(arrived) + by);
}

void add_at(Octets& bytes, size_t at, int by)
{
    const int value = (bytes[at] << 8 | bytes[at + 1]) + by;
    bytes[at] = static_cast<uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<uint8_t>(value);
}

// All headers say that there is more or less, which is so.
void mend_lengths(const Scene& scene, Octets& bytes, int by)
{
    const auto& at = scene.at;
    add_at(bytes, at.outer + (at.outer_family == AF_INET ? 2 : 4), by);
    if (at.udp) add_at(bytes, at.tunnel + 4, by);
    add_at(bytes, at.inner + (at.inner_family == AF_INET ? 2 : 4), by);
    if (at.transport_protocol == IPPROTO_UDP) add_at(bytes, at.transport + 4, by);
    mend(at, bytes);
}

void erase(Scene& scene, size_t i)
{
    scene.seen.worker.erase(scene.seen.worker.begin() + static_cast<ptrdiff_t>(i));
    count(scene, -1);
}

void copy(Scene& scene, size_t i)
{
    const auto again = scene.seen.worker.at(i);
    scene.seen.worker.insert(scene.seen.worker.begin() + static_cast<ptrdiff_t>(i), again);
    count(scene, 1);
}

bool first_lost(Scene& scene)
{
    if (!scene.whole() || frames(scene) < 2) return false;
    erase(scene, 0);
    return true;
}
bool middle_lost(Scene& scene)
{
    if (!scene.whole() || frames(scene) < 3) return false;
    erase(scene, 1);
    return true;
}
bool last_lost(Scene& scene)
{
    if (!scene.whole() || frames(scene) < 2) return false;
    erase(scene, frames(scene) - 1);
    return true;
}
bool first_doubled(Scene& scene)
{
    if (!scene.whole()) return false;
    copy(scene, 0);
    return true;
}
bool last_doubled(Scene& scene)
{
    if (!scene.whole()) return false;
    copy(scene, frames(scene) - 1);
    return true;
}
bool swapped(Scene& scene)
{
    if (!scene.whole() || frames(scene) < 2) return false;
    std::swap(scene.seen.worker[0], scene.seen.worker[1]);
    return true;
}
bool byte_shorter(Scene& scene)
{
    if (!scene.whole() || scene.at.transport_protocol == IPPROTO_SCTP) return false;
    frame(scene, 0).pop_back();
    mend_lengths(scene, frame(scene, 0), -1);
    return true;
}
bool byte_longer(Scene& scene)
{
    if (!scene.whole() || scene.at.transport_protocol == IPPROTO_SCTP) return false;
    const size_t i = frames(scene) - 1;
    frame(scene, i).push_back(0);
    mend_lengths(scene, frame(scene, i), 1);
    return true;
}
bool byte_behind_the_packet(Scene& scene)
{
    if (!scene.whole()) return false;
    frame(scene, 0).push_back(0);
    return true;
}
bool cut_off(Scene& scene)
{
    if (!scene.whole()) return false;
    frame(scene, 0).pop_back();
    return true;
}
// All bytes arrive, cut in another place.
bool cut_elsewhere(Scene& scene)
{
    if (!scene.whole() || !is_tcp(scene) || frames(scene) < 2) return false;
    auto &before = frame(scene, 0), &after = frame(scene, 1);
    after.insert(after.begin() + static_cast<ptrdiff_t>(scene.at.payload), before.back());
    before.pop_back();
    add_at(after, scene.at.transport + 6, -1);
    mend_lengths(scene, before, -1);
    mend_lengths(scene, after, 1);
    return true;
}
bool two_in_one(Scene& scene)
{
    if (!scene.whole() || frames(scene) < 3) return false;
    auto &one = frame(scene, 0), &other = frame(scene, 1);
    const auto more = other.begin() + static_cast<ptrdiff_t>(scene.at.payload);
    const auto size = static_cast<int>(std::distance(more, other.end()));
    one.insert(one.end(), more, other.end());
    mend_lengths(scene, one, size);
    erase(scene, 1);
    return true;
}
// Of another flow, and right in itself.
bool a_packet_of_another(Scene& scene)
{
    if (!scene.whole()) return false;
    const auto other = faultless(scene.cell, 4711);
    if (!other.delivered()) return false;
    scene.seen.worker.push_back(other.seen.worker.back());
    count(scene, 1);
    return true;
}
bool vanished(Scene& scene)
{
    if (!scene.delivered()) return false;
    scene.seen.worker.clear();
    scene.seen.carried = scene.seen.fences;
    scene.seen.receiver = {{"Udp NoPorts", scene.seen.fences}};
    return true;
}

bool outer_v4(const Scene& scene)
{
    return scene.at.outer_family == AF_INET;
}

void mend_fragment(const Scene& scene, Octets& bytes)
{
    if (outer_v4(scene)) mend_ip(bytes, scene.at.outer);
}

// The first packet is in two fragments; of a GSO packet others are behind them.
constexpr size_t tail = 1;

// Where offset and flags of a fragment are, in units of 1 / `unit` of eight bytes.
size_t offset_at(const Scene& scene)
{
    return scene.at.outer + (outer_v4(scene) ? 6 : 40 + 2);
}
constexpr int v4_unit = 1, v6_unit = 8;

bool move(Scene& scene, int by)
{
    if (!scene.fragments) return false;
    auto& bytes = frame(scene, tail);
    add_at(bytes, offset_at(scene), by * (outer_v4(scene) ? v4_unit : v6_unit));
    mend_fragment(scene, bytes);
    return true;
}

bool flip(Scene& scene, size_t i, size_t at, unsigned bits)
{
    if (!scene.fragments) return false;
    frame(scene, i)[at] ^= static_cast<uint8_t>(bits);
    mend_fragment(scene, frame(scene, i));
    return true;
}

bool flip_more(Scene& scene, size_t i)
{
    return outer_v4(scene) ? flip(scene, i, offset_at(scene), 0x20)
                           : flip(scene, i, offset_at(scene) + 1, 0x01);
}

bool offset_more(Scene& scene)
{
    return move(scene, 1);
}
bool offset_less(Scene& scene)
{
    return move(scene, -1);
}
bool more_kept_on_the_last(Scene& scene)
{
    return scene.fragments && flip_more(scene, tail);
}
bool more_missing_on_the_first(Scene& scene)
{
    return flip_more(scene, 0);
}
bool fragment_id(Scene& scene)
{
    return scene.fragments &&
           flip(scene, tail, scene.at.outer + (outer_v4(scene) ? 5 : 40 + 7), 0x40);
}
bool fragment_source(Scene& scene)
{
    return scene.fragments && flip(scene, tail, scene.at.outer + (outer_v4(scene) ? 15 : 23), 0x40);
}
// RFC 8200, 4.5: of IPv6 only the first one's matters.
bool fragment_protocol(Scene& scene)
{
    return outer_v4(scene) ? flip(scene, tail, scene.at.outer + 9, 0x08)
                           : flip(scene, 0, scene.at.outer + 40, 0x08);
}
bool fragment_df(Scene& scene)
{
    return outer_v4(scene) && flip(scene, 0, scene.at.outer + 6, 0x40);
}
bool fragment_df_on_the_last(Scene& scene)
{
    return scene.fragments && outer_v4(scene) && flip(scene, tail, scene.at.outer + 6, 0x40);
}
bool fragment_ttl(Scene& scene)
{
    return scene.fragments && flip(scene, tail, scene.at.outer + (outer_v4(scene) ? 8 : 7), 0x40);
}
bool fragment_class(Scene& scene)
{
    return scene.fragments && flip(scene, tail, scene.at.outer + 1, outer_v4(scene) ? 0x08 : 0x80);
}
bool fragment_destination(Scene& scene)
{
    return scene.fragments && flip(scene, tail, scene.at.outer + (outer_v4(scene) ? 19 : 39), 0x40);
}
bool fragment_header_checksum(Scene& scene)
{
    if (!scene.fragments || !outer_v4(scene)) return false;
    frame(scene, tail)[scene.at.outer + 10] ^= 0x10;
    return true;
}
bool fragment_reserved(Scene& scene)
{
    return !outer_v4(scene) && flip(scene, 0, scene.at.outer + 41, 0x01);
}
bool fragment_payload(Scene& scene)
{
    return scene.fragments && flip(scene, tail, frame(scene, tail).size() - 1, 0x01);
}
bool first_fragment_lost(Scene& scene)
{
    if (!scene.fragments) return false;
    erase(scene, 0);
    return true;
}
bool last_fragment_lost(Scene& scene)
{
    if (!scene.fragments) return false;
    erase(scene, tail);
    return true;
}
bool fragment_doubled(Scene& scene)
{
    if (!scene.fragments) return false;
    const auto again = scene.seen.worker.at(tail);
    scene.seen.worker.insert(scene.seen.worker.begin() + tail, again);
    return true;
}

} // namespace

std::vector<Fault> delivery_faults()
{
    return {
        {"first_lost", first_lost, {"on the wire"}},
        {"middle_lost", middle_lost, {"on the wire"}},
        {"last_lost", last_lost, {"on the wire"}},
        {"first_doubled", first_doubled, {"on the wire"}},
        {"last_doubled", last_doubled, {"on the wire"}},
        {"swapped", swapped, {"sequence", "payload differs"}},
        {"byte_shorter", byte_shorter, {"on the wire"}},
        {"byte_longer", byte_longer, {"on the wire"}},
        {"byte_behind_the_packet", byte_behind_the_packet, {"behind"}},
        {"cut_off", cut_off, {"length", "end"}},
        {"cut_elsewhere", cut_elsewhere, {"on the wire"}},
        {"two_in_one", two_in_one, {"on the wire"}},
        {"a_packet_of_another", a_packet_of_another, {"on the wire"}},
        {"vanished", vanished, {"tx_packets"}},
    };
}

std::vector<Fault> fragment_faults()
{
    return {
        {"offset_more", offset_more, {"are missing"}},
        {"offset_less", offset_less, {"came twice"}},
        {"more_kept_on_the_last", more_kept_on_the_last, {"fragment"}},
        {"more_missing_on_the_first", more_missing_on_the_first, {"are missing"}},
        {"fragment_id", fragment_id, {"fragment"}},
        {"fragment_source", fragment_source, {"fragment", "source"}},
        {"fragment_protocol", fragment_protocol, {"fragment", "protocol"}},
        {"fragment_df", fragment_df, {"DF"}},
        {"fragment_df_on_the_last", fragment_df_on_the_last, {"DF"}},
        {"fragment_ttl", fragment_ttl, {"TTL"}},
        {"fragment_class", fragment_class, {"traffic class"}},
        {"fragment_destination", fragment_destination, {"destination", "fragment"}},
        {"fragment_header_checksum", fragment_header_checksum, {"header checksum"}},
        {"fragment_reserved", fragment_reserved, {"reserved"}},
        {"fragment_payload", fragment_payload, {"payload differs"}},
        {"first_fragment_lost", first_fragment_lost, {"are missing"}},
        {"last_fragment_lost", last_fragment_lost, {"are missing", "fragments"}},
        {"fragment_doubled", fragment_doubled, {"on the wire"}},
    };
}

} // namespace gueway::matrix
