// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/known_scenes.h"

#include "matrix/axes.h"
#include "matrix/events.h"
#include "tests/unit/matrix/built.h"
#include "tests/unit/matrix/octets.h"

namespace gueway::matrix {

namespace {

Cell cell(const char* name)
{
    return parse_cell(name).value();
}

// TTLs of all segments but the first are what the client sent.
void forget_ttls(Scene& scene)
{
    const size_t at = scene.at.inner + (scene.cell.inner == Family::v4 ? 8 : 7);
    for (size_t i = 1; i < scene.seen.worker.size(); ++i) {
        auto& bytes = scene.seen.worker[i].bytes;
        bytes[at] = scene.seen.sent.ttl;
        mend(scene.at, bytes);
    }
}

Scene list_ttl()
{
    auto scene = faultless(cell("gue/in4/out4/udp-gso/k/wire/m1500/gro-list"), 5);
    forget_ttls(scene);
    return scene;
}
Scene list_ttl_of_ipv6()
{
    auto scene = faultless(cell("gue-csum/in6/out4/udp-gso/fits/wire/m1500/gro-list"), 5);
    forget_ttls(scene);
    return scene;
}
Scene list_offload()
{
    auto scene = faultless(cell("fou/in4/out4/udp-gso/k/wire/m1500/gro-list"), 5);
    forget_ttls(scene);
    scene.seen.splats.emplace_back(
        "WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 skb_warn_bad_offload");
    return scene;
}
Scene n1()
{
    auto scene = faultless(cell("gue-remcsum/in4/out4/tcp-gso/fits/software"), 5);
    scene.seen.receiver["Tcp InCsumErrors"] = scene.seen.worker.size();
    scene.seen.receiver["Tcp InErrs"] = scene.seen.worker.size();
    return scene;
}
Scene gso_mtu()
{
    auto as_if = cell("gue/in4/out4/tcp-gso/more-1/wire");
    as_if.fragmenting = Fragmenting::no_df;
    auto scene = faultless(as_if, 5);
    scene.cell.fragmenting = Fragmenting::df;
    scene.seen.sent = faultless(scene.cell, 5).seen.sent;
    for (auto& frame : scene.seen.worker) {
        auto& bytes = frame.bytes;
        // IDs are those of packets that nobody may cut: from 0 on.
        rfc::set16(bytes, scene.at.outer + 4, rfc::get16(bytes, scene.at.outer + 4) & 0xffU);
        mend_ip(bytes, scene.at.outer);
        const bool first =
            (bytes[scene.at.outer + 6] & 0x1f) == 0 && bytes[scene.at.outer + 7] == 0;
        if (!first) continue;
        bytes[scene.at.inner + 6] |= 0x40; // DF, as it was sent
        mend_ip(bytes, scene.at.inner);
    }
    return scene;
}
Scene c1()
{
    return uncut(cell("gue/in4/out4/udp-gso/more-4/software/m1500/tso/vlan-none/no-df"), 5);
}
Scene c3()
{
    return uncut(cell("gue/in6/out6/udp/more-1/software/m1500/plain/vlan-none/df/remote/router"),
                 5);
}
Scene c4()
{
    return faultless(cell("gue/in6/out4/udp/more-1/wire/least-less-1"), 5);
}
Scene icmp_pmtu()
{
    auto scene =
        faultless(cell("gue/in4/out4/udp/more-1/whole/m1500/plain/vlan-none/df/remote/router"), 5);
    scene.seen.told_first = {passed_on(scene, 1480)};
    return scene;
}
Scene inner_mac()
{
    auto scene = faultless(cell("gue/in4/out4/tcp-gso/two/wire"), 5);
    auto& seen = scene.seen;
    seen.worker.clear();
    seen.carried = seen.fences;
    seen.director = {{"IPVS in_packets", 1}, {"u2 tx_packets", seen.fences}, {"u2 tx_dropped", 1}};
    seen.receiver = {{"Udp NoPorts", seen.fences}};
    return scene;
}
// Cut for fragments, of which no device hears; as 6.1's symbols show it.
Scene inner_mac_cut()
{
    auto scene = faultless(cell("gue/in4/out4/tcp-gso/more-1/wire/m1500/tso/vlan-none/no-df"), 5);
    vanish(scene, "__ip_finish_output");
    return scene;
}
Scene inner_mac_cut_over_ipv6()
{
    auto scene =
        faultless(cell("gre/in4/out6/tcp-gso/more-5/software/m1500/tso/vlan-none/no-df"), 5);
    vanish(scene, "ip6_finish_output");
    return scene;
}

// Of four segments the last is one byte, and a packet of its own.
Scene partial_sum()
{
    auto scene = faultless(cell("gre-csum/in4/out6/udp-gso/k-more-1/wire"), 5);
    const size_t at = scene.at.tunnel + 4;
    const unsigned wrong = 3, by = 2 * static_cast<unsigned>(scene.seen.sent.segment);
    for (unsigned i = 0; i < wrong; ++i) {
        auto& bytes = scene.seen.worker[i].bytes;
        // RFC 1071: what is taken off is added as its complement.
        rfc::set16(bytes, at, rfc::folded(rfc::get16(bytes, at) + (0xffffU - by)));
    }
    scene.seen.receiver["u2 rx_dropped"] = wrong;
    scene.seen.receiver["Udp NoPorts"] -= wrong;
    (*scene.seen.freed.counts)["gre_rcv"] = wrong;
    return scene;
}

// One packet of all segments, for which the kernel has no words; it has the first one's checksum.
Scene whole_list(const char* name)
{
    auto scene = faultless(cell(name), 5);
    auto& frame = scene.seen.worker.front();
    frame.offload.reset();
    frame.untold = true;
    frame.checksum_pending = false;
    const auto first =
        tunnelled(scene.cell, scene.seen.sent, scene.at, parts(scene.seen.sent).front());
    const auto sum = scene.at.transport + sum_offset(scene.at);
    rfc::set16(frame.bytes, sum, rfc::get16(first, sum));
    scene.offloaded = false;
    scene.untold = true;
    scene.seen.splats.emplace_back(
        "WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 skb_warn_bad_offload");
    scene.seen.receiver = {{"Udp NoPorts", scene.seen.fences}};
    return scene;
}
Scene list_sum()
{
    auto scene = whole_list("ipip/in4/out4/udp-gso/two/whole/m1500/gro-list");
    scene.seen.receiver["Udp InCsumErrors"] = scene.seen.receiver["Udp InErrors"] = 1;
    return scene;
}
// GRE's is wrong as well, which nobody counts.
Scene list_sum_in_gre()
{
    auto scene = whole_list("gre-csum/in4/out4/udp-gso/two/whole/m1500/gro-list");
    free_in(scene, "gre_rcv");
    return scene;
}
Scene stale_mtu()
{
    auto scene =
        faultless(cell("gue/in4/out4/udp/more-1/whole/m1500/plain/vlan-none/df/remote/router"), 5);
    scene.seen.told_first = {passed_on(scene, wider(1500) - (scene.at.inner - ethernet))};
    return scene;
}
Scene c1_of_the_director()
{
    return uncut(cell("gue/in4/out4/udp-gso/more-4/software/m1500/tso/vlan-none/no-df/director"),
                 5);
}
Scene c2()
{
    return cut_at(cell("gue/in4/out6/udp/fits/software/m1500/plain/vlan-none/df/remote/fragments"),
                  5, 1280);
}
Scene as_it_came()
{
    const auto name = "gue/in4/out4/udp/fits/software/m1500/plain/vlan-none/df/remote/fragments";
    auto scene = cut_at(cell(name), 5, shipment(cell(name)).longest_fragment);
    for (auto& frame : scene.seen.worker) {
        frame.bytes[scene.at.outer + 6] |= 0x40; // DF, as the client's fragments
        mend_ip(frame.bytes, scene.at.outer);
    }
    return scene;
}
Scene atomic_fragment()
{
    return cut_at(cell("gre/in4/out6/tcp-gso/more-1/software/m1500/tso/vlan-none/no-df"), 5, 1500);
}

} // namespace

void PrintTo(const Known& known, std::ostream* to)
{
    *to << known.bugs.front();
}

std::vector<Known> known_scenes()
{
    return {
        {{"list-ttl"}, list_ttl, 60},
        {{"list-ttl"}, list_ttl_of_ipv6, 60},
        {{"list-offload", "list-ttl"}, list_offload, 50},
        {{"list-offload", "list-sum"}, list_sum, 12},
        {{"list-offload", "list-sum"}, list_sum_in_gre, 12},
        {{"N1"}, n1, 60},
        {{"gso-mtu"}, gso_mtu, 20},
        {{"C1"}, c1, 60},
        {{"C1"}, c1_of_the_director, 60},
        {{"C2"}, c2, 20},
        {{"C3"}, c3, 40},
        {{"C4"}, c4, 15},
        {{"icmp-pmtu"}, icmp_pmtu, 15},
        {{"stale-mtu"}, stale_mtu, 15},
        {{"as-it-came"}, as_it_came, 20},
        {{"atomic-fragment"}, atomic_fragment, 20},
        {{"partial-sum"}, partial_sum, 50},
        {{"inner-mac"}, inner_mac, 5},
        {{"inner-mac"}, inner_mac_cut, 12},
        {{"inner-mac"}, inner_mac_cut_over_ipv6, 12},
    };
}

} // namespace gueway::matrix
