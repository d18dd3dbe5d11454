// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/faults.h"

#include <algorithm>

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace gueway::matrix {

namespace {

Octets& last(Scene& scene)
{
    return scene.seen.worker.back().bytes;
}

bool is_v4(const Scene& scene)
{
    return scene.at.inner_family == AF_INET;
}

bool is(const Scene& scene, uint8_t protocol)
{
    return scene.at.transport_protocol == protocol;
}

bool flip(Scene& scene, bool applies, size_t at, unsigned bits)
{
    if (!scene.whole() || !applies) return false;
    last(scene)[at] ^= static_cast<uint8_t>(bits);
    mend(scene.at, last(scene));
    return true;
}

bool version(Scene& scene)
{
    return flip(scene, true, scene.at.inner, 0x20);
}
bool header_length(Scene& scene)
{
    return flip(scene, is_v4(scene), scene.at.inner, 0x03);
}
bool traffic_class(Scene& scene)
{
    return flip(scene, true, scene.at.inner + 1, is_v4(scene) ? 0x20 : 0x10);
}
bool dscp(Scene& scene)
{
    return flip(scene, true, scene.at.inner + (is_v4(scene) ? 1 : 0), is_v4(scene) ? 0x40 : 0x04);
}
// ECT(1) as was sent becomes congestion.
bool ecn(Scene& scene)
{
    return flip(scene, true, scene.at.inner + 1, is_v4(scene) ? 0x02 : 0x20);
}
bool flow_label(Scene& scene)
{
    return flip(scene, !is_v4(scene), scene.at.inner + 3, 0x01);
}
bool length(Scene& scene)
{
    return flip(scene, true, scene.at.inner + (is_v4(scene) ? 3 : 5), 0x01);
}
bool id(Scene& scene)
{
    const bool own = scene.cell.origin == Origin::director || scene.cell.l4 == L4::udp_gso;
    return flip(scene, is_v4(scene) && !own, scene.at.inner + 5, 0x08);
}
// Of one packet of a sender's, all of whose others are right.
bool id_not_counted(Scene& scene)
{
    if (!scene.whole() || !is_v4(scene) || scene.seen.worker.size() < 2) return false;
    const auto& before = scene.seen.worker.front().bytes;
    auto& frame = scene.seen.worker[1].bytes;
    frame[scene.at.inner + 4] = before[scene.at.inner + 4];
    frame[scene.at.inner + 5] = before[scene.at.inner + 5];
    mend(scene.at, frame);
    return true;
}
bool df_cleared(Scene& scene)
{
    return flip(scene, is_v4(scene), scene.at.inner + 6, 0x40);
}
bool more_fragments(Scene& scene)
{
    return flip(scene, is_v4(scene), scene.at.inner + 6, 0x20);
}
bool ttl_kept(Scene& scene)
{
    return flip(scene, true, scene.at.inner + (is_v4(scene) ? 8 : 7), 64 ^ 63);
}
bool ttl_twice_less(Scene& scene)
{
    return flip(scene, true, scene.at.inner + (is_v4(scene) ? 8 : 7), 62 ^ 63);
}
bool protocol(Scene& scene)
{
    return flip(scene, true, scene.at.inner + (is_v4(scene) ? 9 : 6), 0x04);
}
bool header_checksum(Scene& scene)
{
    if (!scene.whole() || !is_v4(scene)) return false;
    last(scene)[scene.at.inner + 10] ^= 0x10;
    mend_tunnel(scene.at, last(scene));
    return true;
}
bool source(Scene& scene)
{
    return flip(scene, true, scene.at.inner + (is_v4(scene) ? 15 : 23), 0x01);
}
bool destination(Scene& scene)
{
    return flip(scene, true, scene.at.inner + (is_v4(scene) ? 19 : 39), 0x01);
}

bool source_port(Scene& scene)
{
    return flip(scene, true, scene.at.transport + 1, 0x01);
}
bool destination_port(Scene& scene)
{
    return flip(scene, true, scene.at.transport + 3, 0x01);
}
bool sequence(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 7, 0x01);
}
bool tsn(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_SCTP), scene.at.transport + 12 + 7, 0x01);
}
bool sctp_tag(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_SCTP), scene.at.transport + 7, 0x01);
}
bool acknowledgment(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 11, 0x01);
}
bool data_offset(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 12, 0x30);
}
// A flag that is the last segment's.
bool on_the_first_segment(Scene& scene, uint8_t flag)
{
    if (!scene.whole() || !is(scene, IPPROTO_TCP) || scene.seen.worker.size() < 2) return false;
    auto& frame = scene.seen.worker.front().bytes;
    frame[scene.at.transport + 13] |= flag;
    mend(scene.at, frame);
    return true;
}
bool push_on_a_middle_segment(Scene& scene)
{
    return on_the_first_segment(scene, TH_PUSH);
}
bool push_lost(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 13, TH_PUSH);
}
bool ack_lost(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 13, TH_ACK);
}
bool fin_lost(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 13, TH_FIN);
}
bool fin_on_the_first_segment(Scene& scene)
{
    return on_the_first_segment(scene, TH_FIN);
}
// RFC 3168, 6.1.2.
constexpr uint8_t cwr = 0x80;
bool cwr_on_the_last_segment(Scene& scene)
{
    if (!scene.whole() || scene.seen.worker.size() < 2) return false;
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 13, cwr);
}
bool cwr_lost(Scene& scene)
{
    if (!scene.whole() || !is(scene, IPPROTO_TCP) || !(scene.seen.sent.flags & cwr)) return false;
    auto& frame = scene.seen.worker.front().bytes;
    frame[scene.at.transport + 13] &= static_cast<uint8_t>(~cwr);
    mend(scene.at, frame);
    return true;
}
bool window(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 15, 0x01);
}
bool urgent_pointer(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 19, 0x01);
}
bool timestamp_value(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 27, 0x01);
}
bool timestamp_echo(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 31, 0x01);
}
bool timestamps_of_another_kind(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_TCP), scene.at.transport + 22, 0x40);
}
constexpr size_t chunk = 12; // of SCTP, behind the common header
bool chunk_flags(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_SCTP), scene.at.transport + chunk + 1, 0x04);
}
bool stream(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_SCTP), scene.at.transport + chunk + 9, 0x01);
}
bool stream_sequence(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_SCTP), scene.at.transport + chunk + 11, 0x01);
}
bool payload_protocol(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_SCTP), scene.at.transport + chunk + 15, 0x01);
}
bool udp_length(Scene& scene)
{
    return flip(scene, is(scene, IPPROTO_UDP), scene.at.transport + 5, 0x01);
}

size_t sum_at(const Scene& scene)
{
    if (is(scene, IPPROTO_SCTP)) return scene.at.transport + 8;
    return scene.at.transport + (is(scene, IPPROTO_UDP) ? 6 : 16);
}

// The outer checksum is made of what is sent, wrong or not.
bool with_sum(Scene& scene, uint16_t wrong)
{
    auto& frame = last(scene);
    const size_t field = sum_at(scene);
    const auto right = static_cast<uint16_t>(frame[field] << 8 | frame[field + 1]);
    if (right == wrong) return false;
    frame[field] = static_cast<uint8_t>(wrong >> 8);
    frame[field + 1] = static_cast<uint8_t>(wrong);
    mend_tunnel(scene.at, frame);
    return true;
}
bool checksum(Scene& scene)
{
    if (!scene.whole() || scene.at.remote) return false;
    const auto& frame = last(scene);
    return with_sum(scene, static_cast<uint16_t>(
                               (frame[sum_at(scene)] << 8 | frame[sum_at(scene) + 1]) ^ 0x0100));
}
// To a sender of UDP over IPv4 that is allowed; a director did not send it.
bool checksum_skipped(Scene& scene)
{
    if (!scene.whole() || scene.at.remote) return false;
    return with_sum(scene, 0);
}
// What is left to a device has the sum of the pseudo-header: nobody came to compute it.
bool checksum_left_pending(Scene& scene)
{
    if (!scene.whole() || scene.at.remote || is(scene, IPPROTO_SCTP)) return false;
    auto as_seed = scene.at;
    as_seed.remote = true;
    auto frame = last(scene);
    mend(as_seed, frame);
    return with_sum(scene,
                    static_cast<uint16_t>(frame[sum_at(scene)] << 8 | frame[sum_at(scene) + 1]));
}
// The option says where it goes, and it is there already.
bool remote_seed(Scene& scene)
{
    if (!scene.whole() || !scene.at.remote) return false;
    auto done = scene.at;
    done.remote = false;
    auto frame = last(scene);
    mend(done, frame);
    return with_sum(scene,
                    static_cast<uint16_t>(frame[sum_at(scene)] << 8 | frame[sum_at(scene) + 1]));
}

bool payload(Scene& scene)
{
    return scene.whole() &&
           flip(scene, true, last(scene).size() - (is(scene, IPPROTO_SCTP) ? 8 : 1), 0x01);
}
// Which no checksum of 16 bits notices.
bool payload_words_swapped(Scene& scene)
{
    if (!scene.whole()) return false;
    auto& frame = scene.seen.worker.front().bytes; // the last may have one byte only
    const auto words = frame.begin() + static_cast<ptrdiff_t>(scene.at.payload);
    std::swap_ranges(words, words + 2, words + 2);
    mend(scene.at, frame);
    return true;
}

} // namespace

std::vector<Fault> inner_faults()
{
    return {
        {"version", version, {"version", "inner IPv6", "inner IPv4"}},
        {"header_length", header_length, {"header"}},
        {"traffic_class", traffic_class, {"traffic class"}},
        {"dscp", dscp, {"traffic class"}},
        {"ecn", ecn, {"traffic class"}},
        {"flow_label", flow_label, {"flow label"}},
        {"length", length, {"length", "behind the packet"}},
        {"id", id, {"ID"}},
        {"id_not_counted", id_not_counted, {"ID"}},
        {"df_cleared", df_cleared, {"DF"}},
        {"more_fragments", more_fragments, {"fragment"}},
        {"ttl_kept", ttl_kept, {"TTL"}},
        {"ttl_twice_less", ttl_twice_less, {"TTL"}},
        {"protocol", protocol, {"protocol"}},
        {"header_checksum", header_checksum, {"header checksum"}},
        {"source", source, {"source is"}},
        {"destination", destination, {"destination is"}},
        {"source_port", source_port, {"source port"}},
        {"destination_port", destination_port, {"destination port"}},
        {"sequence", sequence, {"sequence"}},
        {"tsn", tsn, {"TSN", "sequence"}},
        {"sctp_tag", sctp_tag, {"tag"}},
        {"acknowledgment", acknowledgment, {"acknowledgment"}},
        {"data_offset", data_offset, {"header", "option"}},
        {"push_on_a_middle_segment", push_on_a_middle_segment, {"TCP flags"}},
        {"push_lost", push_lost, {"TCP flags"}},
        {"ack_lost", ack_lost, {"flags", "ACK"}},
        {"fin_lost", fin_lost, {"TCP flags"}},
        {"fin_on_the_first_segment", fin_on_the_first_segment, {"TCP flags"}},
        {"cwr_on_the_last_segment", cwr_on_the_last_segment, {"TCP flags"}},
        {"cwr_lost", cwr_lost, {"TCP flags"}},
        {"window", window, {"window"}},
        {"urgent_pointer", urgent_pointer, {"urgent pointer"}},
        {"timestamp_value", timestamp_value, {"timestamps"}},
        {"timestamp_echo", timestamp_echo, {"timestamps"}},
        {"timestamps_of_another_kind", timestamps_of_another_kind, {"timestamps"}},
        {"chunk_flags", chunk_flags, {"chunk flags"}},
        {"stream", stream, {"stream"}},
        {"stream_sequence", stream_sequence, {"stream sequence"}},
        {"payload_protocol", payload_protocol, {"payload protocol"}},
        {"udp_length", udp_length, {"length"}},
        {"checksum", checksum, {"checksum", "CRC"}},
        {"checksum_skipped", checksum_skipped, {"checksum", "CRC"}},
        {"checksum_left_pending", checksum_left_pending, {"checksum"}},
        {"remote_seed", remote_seed, {"checksum", "pseudo"}},
        {"payload", payload, {"payload differs"}},
        {"payload_words_swapped", payload_words_swapped, {"payload differs"}},
    };
}

} // namespace gueway::matrix
