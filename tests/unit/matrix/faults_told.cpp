// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/faults.h"

#include <netinet/in.h>

namespace gueway::matrix {

namespace {

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
    return quote_at(scene) + (scene.is_v4() ? 20 : 40);
}

// A byte of the message is another, and the checksum is that of what it says.
bool put(Scene& scene, size_t at, unsigned value)
{
    if (!scene.told()) return false;
    message(scene)[at] = static_cast<uint8_t>(value);
    if (scene.is_v4()) mend_ip(message(scene), scene.at.outer);
    mend_icmp(scene, message(scene));
    return true;
}

bool flip(Scene& scene, size_t at, unsigned bits)
{
    return scene.told() && put(scene, at, message(scene)[at] ^ bits);
}

bool icmp_type(Scene& scene)
{
    return put(scene, icmp_at(scene), scene.is_v4() ? 11 : 3);
}
bool icmp_code(Scene& scene)
{
    return put(scene, icmp_at(scene) + 1, scene.is_v4() ? 1 : 3);
}
bool icmp_mtu_less(Scene& scene)
{
    return scene.told() && put(scene, icmp_at(scene) + 7, message(scene)[icmp_at(scene) + 7] - 1U);
}
bool icmp_mtu_more(Scene& scene)
{
    return scene.told() && put(scene, icmp_at(scene) + 7, message(scene)[icmp_at(scene) + 7] + 1U);
}
// What an old router says (RFC 1191, 5).
bool icmp_mtu_zero(Scene& scene)
{
    return put(scene, icmp_at(scene) + 6, 0) && put(scene, icmp_at(scene) + 7, 0);
}
// RFC 792: unused, of IPv4.
bool icmp_unused(Scene& scene)
{
    return scene.is_v4() && put(scene, icmp_at(scene) + 4, 1);
}
bool icmp_checksum(Scene& scene)
{
    if (!scene.told()) return false;
    message(scene)[icmp_at(scene) + 3] ^= 0x01;
    return true;
}
bool icmp_to_another(Scene& scene)
{
    return flip(scene, scene.at.outer + (scene.is_v4() ? 19 : 39), 0x10);
}
// RFC 1812, 4.3.2.4: an address of the router's.
bool icmp_from_another(Scene& scene)
{
    return flip(scene, scene.at.outer + (scene.is_v4() ? 15 : 23), 0x10);
}
bool icmp_twice(Scene& scene)
{
    if (!scene.told()) return false;
    scene.seen.client.push_back(scene.seen.client.back());
    return true;
}
bool icmp_missing(Scene& scene)
{
    if (!scene.told()) return false;
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
    if (!scene.told()) return false;
    message(scene)[at] ^= static_cast<uint8_t>(bits);
    if (scene.is_v4()) mend_ip(message(scene), quote_at(scene));
    mend_icmp(scene, message(scene));
    return true;
}
bool quotes_another_source(Scene& scene)
{
    return flip_quoted(scene, quote_at(scene) + (scene.is_v4() ? 15 : 23), 0x01);
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
    return scene.is_v4() && flip_quoted(scene, quote_at(scene) + 5, 0x01);
}
bool quotes_another_protocol(Scene& scene)
{
    return flip_quoted(scene, quote_at(scene) + (scene.is_v4() ? 9 : 6),
                       scene.at.transport_protocol ^ unsigned{IPPROTO_SCTP});
}
bool quotes_another_length(Scene& scene)
{
    return flip_quoted(scene, quote_at(scene) + (scene.is_v4() ? 3 : 5), 0x01);
}
// Neither as it was received nor as it would be forwarded.
bool quotes_another_ttl(Scene& scene)
{
    return flip_quoted(scene, quote_at(scene) + (scene.is_v4() ? 8 : 7), 0x40);
}
// What was sent was complete.
bool quotes_another_checksum(Scene& scene)
{
    const auto& sent = scene.seen.sent;
    if (sent.partial || sent.segment != 0 || scene.at.transport_protocol == IPPROTO_SCTP)
        return false;
    return flip_quoted(scene, quoted_transport_at(scene) + sum_offset(scene.at), 0x01);
}
// PSH, of all of which only the last segment has it.
bool quotes_another_flag(Scene& scene)
{
    return scene.at.transport_protocol == IPPROTO_TCP && scene.seen.sent.segment != 0 &&
           flip_quoted(scene, quoted_transport_at(scene) + 13, 0x08);
}
bool quotes_another_payload(Scene& scene)
{
    return scene.told() && flip_quoted(scene, message(scene).size() - 1, 0x01);
}
// Lengths and checksums around it are right.
bool quote_of(Scene& scene, size_t size)
{
    if (!scene.told()) return false;
    auto& bytes = message(scene);
    bytes.resize(quote_at(scene) + size);
    const size_t length = bytes.size() - scene.at.outer - (scene.is_v4() ? 0 : 40);
    const size_t at = scene.at.outer + (scene.is_v4() ? 2 : 4);
    bytes[at] = static_cast<uint8_t>(length >> 8);
    return put(scene, at + 1, static_cast<unsigned>(length));
}
size_t quoted(Scene& scene)
{
    return scene.told() ? message(scene).size() - quote_at(scene) : 0;
}
// Less than a sender needs.
bool quotes_too_little(Scene& scene)
{
    return quote_of(scene, quoted_transport_at(scene) - quote_at(scene) + 7);
}
bool quotes_a_byte_less(Scene& scene)
{
    return quote_of(scene, quoted(scene) - 1);
}
bool quotes_a_byte_more(Scene& scene)
{
    return quote_of(scene, quoted(scene) + 1);
}
// Of the message that passes on what a router has said.
template <bool (*fault)(Scene&)>
bool passed_on(Scene& scene)
{
    auto& seen = scene.seen;
    std::swap(seen.client, seen.told_first);
    const bool made = fault(scene);
    std::swap(seen.client, seen.told_first);
    return made;
}
// The director tells the client, and sends the packet in fragments all the same.
bool told_and_sent(Scene& scene)
{
    if (!scene.told() || !scene.is_v4()) return false;
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

// Of what the director's own socket is told.
bool self_told_less(Scene& scene)
{
    if (scene.seen.told_self.empty()) return false;
    --scene.seen.told_self.front().mtu;
    return true;
}
bool self_told_another_code(Scene& scene)
{
    if (scene.seen.told_self.empty()) return false;
    scene.seen.told_self.front().code ^= 1;
    return true;
}
bool self_told_twice(Scene& scene)
{
    if (scene.seen.told_self.empty()) return false;
    scene.seen.told_self.push_back(scene.seen.told_self.front());
    return true;
}
bool self_not_told(Scene& scene)
{
    if (scene.seen.told_self.empty()) return false;
    scene.seen.told_self.clear();
    return true;
}
bool self_told_of_what_fits(Scene& scene)
{
    if (scene.cell.origin != Origin::director || !scene.delivered()) return false;
    scene.seen.told_self.push_back({3, 4, 1280});
    return true;
}
bool not_taken(Scene& scene)
{
    scene.seen.refused = true;
    return true;
}

} // namespace

std::vector<Fault> told_faults()
{
    return {
        {"icmp_type", icmp_type, {"ICMP"}},
        {"icmp_code", icmp_code, {"ICMP"}},
        {"icmp_mtu_less", icmp_mtu_less, {"MTU"}},
        {"icmp_mtu_more", icmp_mtu_more, {"MTU"}},
        {"icmp_mtu_zero", icmp_mtu_zero, {"MTU"}},
        {"icmp_unused", icmp_unused, {"ICMP unused"}},
        {"icmp_checksum", icmp_checksum, {"checksum"}},
        {"icmp_to_another", icmp_to_another, {"IPv4 destination", "IPv6 destination"}},
        {"icmp_from_another", icmp_from_another, {"IPv4 source", "IPv6 source"}},
        {"icmp_twice", icmp_twice, {"told 2 times"}},
        {"icmp_missing", icmp_missing, {"not told"}},
        {"icmp_missing_without_account",
         icmp_missing_without_account,
         {"not told", "on the wire: nothing"}},
        {"quotes_another_source",
         quotes_another_source,
         {"quoted IPv4 source", "quoted IPv6 source"}},
        {"quotes_another_port", quotes_another_port, {"quoted TCP source", "quoted UDP source"}},
        {"quotes_another_sequence", quotes_another_sequence, {"quoted TCP sequence"}},
        {"quotes_another_id", quotes_another_id, {"quoted IPv4 ID"}},
        {"quotes_another_protocol",
         quotes_another_protocol,
         {"quoted IPv4 protocol", "quoted IPv6 next header"}},
        {"quotes_another_length",
         quotes_another_length,
         {"quoted IPv4 length", "quoted IPv6 length"}},
        {"quotes_too_little", quotes_too_little, {" bytes, not "}},
        {"quotes_another_ttl", quotes_another_ttl, {"quoted IPv4 TTL", "quoted IPv6 hop limit"}},
        {"quotes_another_checksum",
         quotes_another_checksum,
         {"quoted TCP checksum", "quoted UDP checksum"}},
        {"quotes_another_flag", quotes_another_flag, {"quoted TCP flags"}},
        {"quotes_another_payload", quotes_another_payload, {"payload"}},
        {"quotes_a_byte_less", quotes_a_byte_less, {" bytes, not "}},
        {"quotes_a_byte_more", quotes_a_byte_more, {" bytes, not "}},
        {"passed_on_less", passed_on<icmp_mtu_less>, {"MTU"}},
        {"passed_on_unused", passed_on<icmp_unused>, {"ICMP unused"}},
        {"passed_on_from_another", passed_on<icmp_from_another>, {"IPv4 source"}},
        {"passed_on_with_another_checksum",
         passed_on<quotes_another_checksum>,
         {"quoted UDP checksum"}},
        {"passed_on_with_a_byte_more", passed_on<quotes_a_byte_more>, {" bytes, not "}},
        {"passed_on_twice", passed_on<icmp_twice>, {"2 times at once"}},
        {"told_and_sent", told_and_sent, {"on the wire", "worker", "segment"}},
        {"sent_and_told", sent_and_told, {"the client got"}},
        {"self_told_less", self_told_less, {"own socket"}},
        {"self_told_another_code", self_told_another_code, {"own socket"}},
        {"self_told_twice", self_told_twice, {"told 2 times"}},
        {"self_not_told", self_not_told, {"told 0 times"}},
        {"self_told_of_what_fits", self_told_of_what_fits, {"own socket"}},
        {"not_taken", not_taken, {"EMSGSIZE"}},
    };
}

} // namespace gueway::matrix
