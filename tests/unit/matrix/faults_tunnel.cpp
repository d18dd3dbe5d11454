// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/faults.h"

#include <netinet/in.h>

namespace gueway::matrix {

namespace {

// Of the last packet, the one that is most unlike the others.
Octets& last(Scene& scene)
{
    return scene.seen.worker.back().bytes;
}

bool outer_is_v4(const Scene& scene)
{
    return scene.at.outer_family == AF_INET;
}

// One byte of the last packet is another, and all checksums are right again.
bool flip(Scene& scene, bool applies, size_t at, unsigned bits)
{
    if (!scene.whole() || !applies) return false;
    last(scene)[at] ^= static_cast<uint8_t>(bits);
    mend(scene.at, last(scene));
    return true;
}

// The same, of a checksum: nothing is mended but a header around it.
bool spoil(Scene& scene, bool applies, size_t at, unsigned bits)
{
    if (!scene.whole() || !applies) return false;
    last(scene)[at] ^= static_cast<uint8_t>(bits);
    return true;
}

bool skip(Scene& scene, bool applies, size_t at)
{
    if (!scene.whole() || !applies) return false;
    last(scene)[at] = last(scene)[at + 1] = 0;
    return true;
}

// A length in the header says one more or less than there is.
bool misstate(Scene& scene, bool applies, size_t at, int by)
{
    if (!scene.whole() || !applies) return false;
    auto& low = last(scene)[at + 1];
    low = static_cast<uint8_t>(low + by);
    if (outer_is_v4(scene)) mend_ip(last(scene), scene.at.outer);
    return true;
}

bool ethertype(Scene& scene)
{
    return spoil(scene, true, 13, 1);
}
bool outer_version(Scene& scene)
{
    return flip(scene, true, scene.at.outer, 0x20);
}
bool outer_header_length(Scene& scene)
{
    return flip(scene, outer_is_v4(scene), scene.at.outer, 0x03);
}
bool outer_length_less(Scene& scene)
{
    return misstate(scene, true, scene.at.outer + (outer_is_v4(scene) ? 2 : 4), -1);
}
bool outer_length_more(Scene& scene)
{
    return misstate(scene, true, scene.at.outer + (outer_is_v4(scene) ? 2 : 4), 1);
}
bool outer_protocol(Scene& scene)
{
    return flip(scene, true, scene.at.outer + (outer_is_v4(scene) ? 9 : 6), 0x08);
}
bool outer_source(Scene& scene)
{
    return flip(scene, true, scene.at.outer + (outer_is_v4(scene) ? 15 : 23), 0x40);
}
bool outer_destination(Scene& scene)
{
    return flip(scene, true, scene.at.outer + (outer_is_v4(scene) ? 19 : 39), 0x40);
}
bool outer_header_checksum(Scene& scene)
{
    return spoil(scene, outer_is_v4(scene), scene.at.outer + 11, 0x01);
}
bool outer_header_checksum_skipped(Scene& scene)
{
    return skip(scene, outer_is_v4(scene), scene.at.outer + 10);
}
// RFC 2003, 3.1: set when it is in the packet inside. Of the FOU device a setting decides.
bool outer_df_cleared(Scene& scene)
{
    return flip(scene,
                outer_is_v4(scene) && scene.cell.inner == Family::v4 &&
                    scene.cell.tunnel != Tunnel::fou,
                scene.at.outer + 6, 0x40);
}
bool outer_df_set(Scene& scene)
{
    return scene.whole() &&
           flip(scene, outer_is_v4(scene) && (last(scene)[scene.at.outer + 6] & 0x40) == 0,
                scene.at.outer + 6, 0x40);
}
bool outer_df_of_a_device_cleared(Scene& scene)
{
    return flip(scene, outer_is_v4(scene) && scene.cell.tunnel == Tunnel::fou, scene.at.outer + 6,
                0x40);
}
// RFC 2474: six bits; in IPv6 they are in two bytes.
bool outer_dscp(Scene& scene)
{
    return flip(scene, true, scene.at.outer + (outer_is_v4(scene) ? 1 : 0),
                outer_is_v4(scene) ? 0x40 : 0x04);
}
// RFC 6040, 4.1: what the client said, here ECT(1), becomes congestion.
bool outer_ecn(Scene& scene)
{
    return flip(scene, true, scene.at.outer + 1, outer_is_v4(scene) ? 0x02 : 0x20);
}
bool outer_ecn_lost(Scene& scene)
{
    return flip(scene, true, scene.at.outer + 1, outer_is_v4(scene) ? 0x01 : 0x10);
}
bool outer_ttl(Scene& scene)
{
    return flip(scene, true, scene.at.outer + (outer_is_v4(scene) ? 8 : 7), 0x20);
}
// Of a device nobody knows which it is, only that it is one for all.
bool outer_flow_label(Scene& scene)
{
    const bool known = scene.cell.tunnel != Tunnel::fou || scene.seen.worker.size() > 1;
    return flip(scene, !outer_is_v4(scene) && known, scene.at.outer + 3, 0x01);
}
// Of a packet that may be cut any will do for the first.
bool outer_id(Scene& scene)
{
    if (!scene.whole()) return false;
    const bool atomic = (last(scene)[scene.at.outer + 6] & 0x40) != 0;
    const bool known = scene.seen.worker.size() > 1 || (atomic && scene.cell.tunnel != Tunnel::fou);
    return flip(scene, outer_is_v4(scene) && known, scene.at.outer + 5, 0x40);
}
bool ethernet_destination(Scene& scene)
{
    return spoil(scene, true, 3, 0x01);
}
bool ethernet_source(Scene& scene)
{
    return spoil(scene, true, 11, 0x01);
}

bool udp_source(Scene& scene, uint16_t port)
{
    if (!scene.whole() || !scene.at.udp) return false;
    for (auto& frame : scene.seen.worker) {
        frame.bytes[scene.at.tunnel] = static_cast<uint8_t>(port >> 8);
        frame.bytes[scene.at.tunnel + 1] = static_cast<uint8_t>(port);
        mend(scene.at, frame.bytes);
    }
    return true;
}
bool udp_source_zero(Scene& scene)
{
    return udp_source(scene, 0);
}
bool udp_source_of_somebody(Scene& scene)
{
    return udp_source(scene, 53);
}
bool udp_source_differs(Scene& scene)
{
    return flip(scene, scene.at.udp && scene.seen.worker.size() > 1, scene.at.tunnel + 1, 0x01);
}
bool outer_reserved_bit(Scene& scene)
{
    return flip(scene, outer_is_v4(scene), scene.at.outer + 6, 0x80);
}

bool udp_length_less(Scene& scene)
{
    if (!misstate(scene, scene.at.udp, scene.at.tunnel + 4, -1)) return false;
    mend(scene.at, last(scene));
    return true;
}
bool udp_length_more(Scene& scene)
{
    if (!misstate(scene, scene.at.udp, scene.at.tunnel + 4, 1)) return false;
    mend(scene.at, last(scene));
    return true;
}
bool udp_port(Scene& scene)
{
    return flip(scene, scene.at.udp, scene.at.tunnel + 3, 0x01);
}
bool udp_checksum(Scene& scene)
{
    return spoil(scene, scene.at.udp_summed, scene.at.tunnel + 6, 0x10);
}
bool udp_checksum_skipped(Scene& scene)
{
    return skip(scene, scene.at.udp_summed, scene.at.tunnel + 6);
}
// One that is not zero is checked by whoever gets it (RFC 768).
bool udp_checksum_where_there_is_none(Scene& scene)
{
    return spoil(scene, scene.at.udp && !scene.at.udp_summed, scene.at.tunnel + 6, 0x10);
}

bool gue_version(Scene& scene)
{
    return flip(scene, scene.at.gue, scene.at.tunnel + 8, 0x40);
}
bool gue_length(Scene& scene)
{
    return flip(scene, scene.at.gue, scene.at.tunnel + 8, 0x01);
}
bool gue_control(Scene& scene)
{
    return flip(scene, scene.at.gue, scene.at.tunnel + 8, 0x20);
}
bool gue_protocol(Scene& scene)
{
    return flip(scene, scene.at.gue, scene.at.tunnel + 9, IPPROTO_IPIP ^ IPPROTO_IPV6);
}
bool gue_flags(Scene& scene)
{
    return flip(scene, scene.at.gue, scene.at.tunnel + 10, 0x80);
}
bool gue_private_flag(Scene& scene)
{
    return flip(scene, scene.at.gue, scene.at.tunnel + 11, 0x01);
}
bool gue_private_flags_cleared(Scene& scene)
{
    return flip(scene, scene.at.remote, scene.at.tunnel + 12, 0x80);
}
bool gue_private_flags_more(Scene& scene)
{
    return flip(scene, scene.at.remote, scene.at.tunnel + 15, 0x01);
}
bool remote_start(Scene& scene)
{
    return flip(scene, scene.at.remote, scene.at.tunnel + 17, 0x02);
}
bool remote_offset(Scene& scene)
{
    return flip(scene, scene.at.remote, scene.at.tunnel + 19, 0x02);
}

bool gre_version(Scene& scene)
{
    return flip(scene, scene.at.gre, scene.at.tunnel + 1, 0x01);
}
bool gre_reserved_flags(Scene& scene)
{
    return flip(scene, scene.at.gre, scene.at.tunnel, 0x04);
}
// RFC 2890: a key, of which there is no word.
bool gre_key_flag(Scene& scene)
{
    return flip(scene, scene.at.gre, scene.at.tunnel, 0x20);
}
bool gre_checksum_flag(Scene& scene)
{
    return flip(scene, scene.at.gre, scene.at.tunnel, 0x80);
}
bool gre_protocol(Scene& scene)
{
    if (!flip(scene, scene.at.gre, scene.at.tunnel + 2, 0x08 ^ 0x86)) return false;
    return flip(scene, true, scene.at.tunnel + 3, 0x00 ^ 0xdd);
}
bool gre_checksum(Scene& scene)
{
    return spoil(scene, scene.at.gre_summed, scene.at.tunnel + 4, 0x10);
}
bool gre_checksum_skipped(Scene& scene)
{
    return skip(scene, scene.at.gre_summed, scene.at.tunnel + 4);
}
bool gre_reserved(Scene& scene)
{
    return flip(scene, scene.at.gre_summed, scene.at.tunnel + 7, 0x01);
}

} // namespace

std::vector<Fault> tunnel_faults()
{
    return {
        {"ethertype", ethertype, {"EtherType", "version"}},
        {"outer_version", outer_version, {"version"}},
        {"outer_header_length", outer_header_length, {"header"}},
        {"outer_length_less", outer_length_less, {"length"}},
        {"outer_length_more", outer_length_more, {"length"}},
        {"outer_protocol", outer_protocol, {"protocol"}},
        {"outer_source", outer_source, {"outer source"}},
        {"outer_destination", outer_destination, {"outer destination"}},
        {"outer_header_checksum", outer_header_checksum, {"header checksum"}},
        {"outer_header_checksum_skipped", outer_header_checksum_skipped, {"header checksum"}},
        {"outer_df_cleared", outer_df_cleared, {"outer DF"}},
        {"outer_df_set", outer_df_set, {"outer DF"}},
        {"outer_df_of_a_device_cleared", outer_df_of_a_device_cleared, {"outer DF"}},
        {"outer_dscp", outer_dscp, {"outer traffic class"}},
        {"outer_ecn", outer_ecn, {"outer traffic class"}},
        {"outer_ecn_lost", outer_ecn_lost, {"outer traffic class"}},
        {"outer_ttl", outer_ttl, {"outer TTL"}},
        {"outer_flow_label", outer_flow_label, {"outer flow label"}},
        {"outer_id", outer_id, {"outer ID"}},
        {"ethernet_destination", ethernet_destination, {"Ethernet address"}},
        {"ethernet_source", ethernet_source, {"Ethernet address"}},
        {"udp_source_zero", udp_source_zero, {"source port"}},
        {"udp_source_of_somebody", udp_source_of_somebody, {"source port"}},
        {"udp_source_differs", udp_source_differs, {"source port"}},
        {"outer_reserved_bit", outer_reserved_bit, {"reserved"}},
        {"udp_length_less", udp_length_less, {"length"}},
        {"udp_length_more", udp_length_more, {"length"}},
        {"udp_port", udp_port, {"port"}},
        {"udp_checksum", udp_checksum, {"checksum"}},
        {"udp_checksum_skipped", udp_checksum_skipped, {"checksum"}},
        {"udp_checksum_where_there_is_none", udp_checksum_where_there_is_none, {"checksum"}},
        {"gue_version", gue_version, {"version"}},
        {"gue_length", gue_length, {"GUE"}},
        {"gue_control", gue_control, {"control"}},
        {"gue_protocol", gue_protocol, {"protocol", "version"}},
        {"gue_flags", gue_flags, {"flags"}},
        {"gue_private_flag", gue_private_flag, {"private", "flags"}},
        {"gue_private_flags_cleared", gue_private_flags_cleared, {"private", "options"}},
        {"gue_private_flags_more", gue_private_flags_more, {"private"}},
        {"remote_start", remote_start, {"start"}},
        {"remote_offset", remote_offset, {"remote checksum goes to"}},
        {"gre_version", gre_version, {"version", "flags"}},
        {"gre_reserved_flags", gre_reserved_flags, {"flags"}},
        {"gre_key_flag", gre_key_flag, {"flags"}},
        {"gre_checksum_flag", gre_checksum_flag, {"flags", "checksum"}},
        {"gre_protocol", gre_protocol, {"protocol", "version"}},
        {"gre_checksum", gre_checksum, {"checksum"}},
        {"gre_checksum_skipped", gre_checksum_skipped, {"checksum"}},
        {"gre_reserved", gre_reserved, {"reserved"}},
    };
}

} // namespace gueway::matrix
