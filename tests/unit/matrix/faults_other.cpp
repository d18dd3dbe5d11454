// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/faults.h"

#include <netinet/in.h>

namespace gueway::matrix {

namespace {

bool is_v4(const Scene& scene)
{
    return scene.cell.inner == Family::v4;
}

Octets& message(Scene& scene)
{
    return scene.seen.client.front().bytes;
}

size_t quote_at(const Scene& scene)
{
    return icmp_at(scene) + icmp_header;
}

size_t quoted_transport_at(const Scene& scene)
{
    return quote_at(scene) + (is_v4(scene) ? 20 : 40);
}

// A byte of the message is another, and the checksum is that of what it says.
bool put(Scene& scene, size_t at, unsigned value)
{
    if (!scene.refused()) return false;
    message(scene)[at] = static_cast<uint8_t>(value);
    if (is_v4(scene)) mend_ip(message(scene), scene.at.outer);
    mend_icmp(scene, message(scene));
    return true;
}

bool flip(Scene& scene, size_t at, unsigned bits)
{
    return scene.refused() && put(scene, at, message(scene)[at] ^ bits);
}

bool icmp_type(Scene& scene)
{
    return put(scene, icmp_at(scene), is_v4(scene) ? 11 : 3);
}
bool icmp_code(Scene& scene)
{
    return put(scene, icmp_at(scene) + 1, is_v4(scene) ? 1 : 3);
}
bool icmp_mtu_less(Scene& scene)
{
    return scene.refused() &&
           put(scene, icmp_at(scene) + 7, message(scene)[icmp_at(scene) + 7] - 1U);
}
bool icmp_mtu_more(Scene& scene)
{
    return scene.refused() &&
           put(scene, icmp_at(scene) + 7, message(scene)[icmp_at(scene) + 7] + 1U);
}
// What an old router says (RFC 1191, 5).
bool icmp_mtu_zero(Scene& scene)
{
    return put(scene, icmp_at(scene) + 6, 0) && put(scene, icmp_at(scene) + 7, 0);
}
// RFC 792: unused, of IPv4.
bool icmp_unused(Scene& scene)
{
    return is_v4(scene) && put(scene, icmp_at(scene) + 4, 1);
}
bool icmp_checksum(Scene& scene)
{
    if (!scene.refused()) return false;
    message(scene)[icmp_at(scene) + 3] ^= 0x01;
    return true;
}
bool icmp_to_another(Scene& scene)
{
    return flip(scene, scene.at.outer + (is_v4(scene) ? 19 : 39), 0x10);
}
// RFC 1812, 4.3.2.4: an address of the router's.
bool icmp_from_another(Scene& scene)
{
    return flip(scene, scene.at.outer + (is_v4(scene) ? 15 : 23), 0x10);
}
bool icmp_twice(Scene& scene)
{
    if (!scene.refused()) return false;
    scene.seen.client.push_back(scene.seen.client.back());
    return true;
}
bool icmp_missing(Scene& scene)
{
    if (!scene.refused()) return false;
    scene.seen.client.clear();
    return true;
}
// Nothing counts the packet either.
bool icmp_missing_without_account(Scene& scene)
{
    if (!icmp_missing(scene)) return false;
    std::erase_if(scene.seen.director,
                  [](const auto& moved) { return !moved.first.ends_with("packets"); });
    return true;
}
// Of the packet that the message quotes, whose own header checksum is right again.
bool flip_quoted(Scene& scene, size_t at, unsigned bits)
{
    if (!scene.refused()) return false;
    message(scene)[at] ^= static_cast<uint8_t>(bits);
    if (is_v4(scene)) mend_ip(message(scene), quote_at(scene));
    mend_icmp(scene, message(scene));
    return true;
}
bool quotes_another_source(Scene& scene)
{
    return flip_quoted(scene, quote_at(scene) + (is_v4(scene) ? 15 : 23), 0x01);
}
bool quotes_another_port(Scene& scene)
{
    return flip_quoted(scene, quoted_transport_at(scene) + 1, 0x01);
}
// The sender has to find out which of its packets it was (RFC 792: the first 64 bits).
bool quotes_another_sequence(Scene& scene)
{
    return scene.at.transport_protocol == IPPROTO_TCP &&
           flip_quoted(scene, quoted_transport_at(scene) + 7, 0x01);
}
bool quotes_another_id(Scene& scene)
{
    return is_v4(scene) && flip_quoted(scene, quote_at(scene) + 5, 0x01);
}
bool quotes_another_protocol(Scene& scene)
{
    return flip_quoted(scene, quote_at(scene) + (is_v4(scene) ? 9 : 6),
                       scene.at.transport_protocol ^ unsigned{IPPROTO_SCTP});
}
bool quotes_another_length(Scene& scene)
{
    return flip_quoted(scene, quote_at(scene) + (is_v4(scene) ? 3 : 5), 0x01);
}
// Less than a sender needs.
bool quotes_too_little(Scene& scene)
{
    if (!scene.refused()) return false;
    auto& bytes = message(scene);
    bytes.resize(quoted_transport_at(scene) + 7);
    const size_t length = bytes.size() - scene.at.outer - (is_v4(scene) ? 0 : 40);
    const size_t at = scene.at.outer + (is_v4(scene) ? 2 : 4);
    bytes[at] = static_cast<uint8_t>(length >> 8);
    return put(scene, at + 1, static_cast<unsigned>(length));
}
// The director tells the client, and sends the packet in fragments all the same.
bool told_and_sent(Scene& scene)
{
    if (!scene.refused() || !is_v4(scene)) return false;
    auto cell = scene.cell;
    cell.fragmenting = Fragmenting::df_unheeded;
    const auto sent = faultless(cell, 0).seen;
    scene.seen.worker = sent.worker;
    scene.seen.receiver = sent.receiver;
    return true;
}
bool sent_and_told(Scene& scene)
{
    if (!scene.delivered()) return false;
    scene.seen.client.push_back(refusal(scene, 1280));
    return true;
}

bool worker_counts_a_checksum_error(Scene& scene)
{
    if (!scene.delivered() || scene.at.transport_protocol == IPPROTO_SCTP) return false;
    const bool tcp = scene.at.transport_protocol == IPPROTO_TCP;
    const char* name = is_v4(scene) ? "Udp InCsumErrors" : "Udp6InCsumErrors";
    scene.seen.receiver[tcp ? "Tcp InCsumErrors" : name] = 1;
    return true;
}
// Or of the tunnel, which UDP of the outer family is.
bool worker_counts_a_tunnel_checksum_error(Scene& scene)
{
    if (!scene.delivered() || !scene.at.udp) return false;
    scene.seen.receiver[scene.cell.outer == Family::v4 ? "Udp InCsumErrors" : "Udp6InCsumErrors"] =
        1;
    return true;
}
std::string arrivals(const Scene& scene)
{
    if (scene.at.transport_protocol == IPPROTO_TCP) return "Tcp InSegs";
    return is_v4(scene) ? "Udp NoPorts" : "Udp6NoPorts";
}
bool worker_takes_one_less(Scene& scene)
{
    if (!scene.delivered() || scene.at.transport_protocol == IPPROTO_SCTP) return false;
    --scene.seen.receiver[arrivals(scene)];
    return true;
}
bool worker_takes_one_more(Scene& scene)
{
    if (!scene.delivered() || scene.at.transport_protocol == IPPROTO_SCTP) return false;
    ++scene.seen.receiver[arrivals(scene)];
    return true;
}
bool ipvs_takes_none(Scene& scene)
{
    scene.seen.director.erase("IPVS in_packets");
    return true;
}
bool ipvs_takes_two(Scene& scene)
{
    scene.seen.director["IPVS in_packets"] = 2;
    return true;
}
bool device_drops(Scene& scene)
{
    scene.seen.director[std::string(device(scene.cell.underlay)) + " tx_dropped"] = 1;
    return true;
}
bool worker_device_drops(Scene& scene)
{
    scene.seen.receiver[std::string(device(scene.cell.underlay)) + " rx_dropped"] = 1;
    return true;
}
bool splat(Scene& scene)
{
    scene.seen.splats.emplace_back("WARNING: CPU: 0 PID: 1 at net/core/dev.c:1");
    return true;
}
bool tagged(Scene& scene)
{
    if (!scene.delivered()) return false;
    scene.seen.worker.back().vlan = 7;
    return true;
}
// The link carries bytes, so that all checksums are those of the wire.
bool pending_on_the_wire(Scene& scene)
{
    if (!scene.delivered() || scene.cell.underlay != Underlay::wire) return false;
    scene.seen.worker.back().checksum_pending = true;
    return true;
}

Captured& whole(Scene& scene)
{
    return scene.seen.worker.front();
}
bool segments_of_one_more(Scene& scene)
{
    if (scene.offloaded) ++whole(scene).offload->segment;
    return scene.offloaded;
}
bool segments_of_one_less(Scene& scene)
{
    if (scene.offloaded) --whole(scene).offload->segment;
    return scene.offloaded;
}
bool segments_of_nothing(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->segment = 0;
    return scene.offloaded;
}
bool of_the_other_family(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->gso_type ^= 1 ^ 4;
    return scene.offloaded;
}
bool cwr_not_the_first_ones(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->gso_type ^= 0x80;
    return scene.offloaded;
}
bool no_gso_packet(Scene& scene)
{
    if (!scene.offloaded) return false;
    whole(scene).offload->gso_type = 0;
    whole(scene).offload->segment = 0;
    return true;
}
bool checksum_starts_elsewhere(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->checksum_start += 2;
    return scene.offloaded;
}
bool checksum_starts_at_the_tunnel(Scene& scene)
{
    if (scene.offloaded)
        whole(scene).offload->checksum_start = static_cast<uint16_t>(scene.at.tunnel);
    return scene.offloaded;
}
bool checksum_goes_elsewhere(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->checksum_offset = 6;
    return scene.offloaded;
}
bool checksum_not_pending(Scene& scene)
{
    if (!scene.offloaded) return false;
    whole(scene).offload->flags = 0;
    whole(scene).checksum_pending = false;
    return true;
}
bool offload_not_told(Scene& scene)
{
    if (!scene.offloaded) return false;
    whole(scene).offload.reset();
    whole(scene).untold = true;
    return true;
}

// What is sent, as it was sent.
bool stray(Scene& scene)
{
    Captured frame;
    frame.bytes = bytes(scene.seen.sent);
    scene.seen.strays.push_back({"the client's i1", std::move(frame)});
    return true;
}
bool device_sends_one_more(Scene& scene)
{
    ++scene.seen.director[std::string(device(scene.cell.underlay)) + " tx_packets"];
    return true;
}
bool device_sends_one_less(Scene& scene)
{
    --scene.seen.director[std::string(device(scene.cell.underlay)) + " tx_packets"];
    return true;
}

} // namespace

std::vector<Fault> other_faults()
{
    return {
        {"icmp_type", icmp_type, {"ICMP"}},
        {"icmp_code", icmp_code, {"ICMP"}},
        {"icmp_mtu_less", icmp_mtu_less, {"MTU"}},
        {"icmp_mtu_more", icmp_mtu_more, {"MTU"}},
        {"icmp_mtu_zero", icmp_mtu_zero, {"MTU"}},
        {"icmp_unused", icmp_unused, {"unused"}},
        {"icmp_checksum", icmp_checksum, {"checksum"}},
        {"icmp_to_another", icmp_to_another, {"went to"}},
        {"icmp_from_another", icmp_from_another, {"came from"}},
        {"icmp_twice", icmp_twice, {"told 2 times"}},
        {"icmp_missing", icmp_missing, {"not told"}},
        {"icmp_missing_without_account", icmp_missing_without_account, {"not told"}},
        {"quotes_another_source", quotes_another_source, {"quotes"}},
        {"quotes_another_port", quotes_another_port, {"quotes"}},
        {"quotes_another_sequence", quotes_another_sequence, {"quotes"}},
        {"quotes_another_id", quotes_another_id, {"quotes"}},
        {"quotes_another_protocol", quotes_another_protocol, {"quotes"}},
        {"quotes_another_length", quotes_another_length, {"quotes"}},
        {"quotes_too_little", quotes_too_little, {"quotes"}},
        {"told_and_sent", told_and_sent, {"on the wire", "worker", "segment"}},
        {"sent_and_told", sent_and_told, {"the client got"}},
        {"worker_counts_a_checksum_error", worker_counts_a_checksum_error, {"Csum"}},
        {"worker_counts_a_tunnel_checksum_error", worker_counts_a_tunnel_checksum_error, {"Csum"}},
        {"worker_takes_one_less", worker_takes_one_less, {"worker"}},
        {"worker_takes_one_more", worker_takes_one_more, {"worker"}},
        {"ipvs_takes_none", ipvs_takes_none, {"IPVS"}},
        {"ipvs_takes_two", ipvs_takes_two, {"IPVS"}},
        {"device_drops", device_drops, {"dropped"}},
        {"worker_device_drops", worker_device_drops, {"dropped"}},
        {"splat", splat, {"WARNING"}},
        {"tagged", tagged, {"VLAN tag"}},
        {"pending_on_the_wire", pending_on_the_wire, {"still pending"}},
        {"segments_of_one_more", segments_of_one_more, {"segments of"}},
        {"segments_of_one_less", segments_of_one_less, {"segments of"}},
        {"segments_of_nothing", segments_of_nothing, {"no segments"}},
        {"of_the_other_family", of_the_other_family, {"GSO type"}},
        {"cwr_not_the_first_ones", cwr_not_the_first_ones, {"GSO type"}},
        {"no_gso_packet", no_gso_packet, {"on the wire"}},
        {"checksum_starts_elsewhere", checksum_starts_elsewhere, {"pending at"}},
        {"checksum_starts_at_the_tunnel", checksum_starts_at_the_tunnel, {"checksum", "pending"}},
        {"checksum_goes_elsewhere", checksum_goes_elsewhere, {"checksum goes to"}},
        {"checksum_not_pending", checksum_not_pending, {"not pending"}},
        {"offload_not_told", offload_not_told, {"no words"}},
        {"stray", stray, {"stray packet"}},
        {"device_sends_one_more", device_sends_one_more, {"tx_packets"}},
        {"device_sends_one_less", device_sends_one_less, {"tx_packets"}},
    };
}

} // namespace gueway::matrix
