// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/faults.h"

#include <netinet/in.h>

namespace gueway::matrix {

namespace {

const char* checksum_errors(const Scene& scene)
{
    if (scene.at.transport_protocol == IPPROTO_SCTP) return "SctpChecksumErrors";
    if (scene.at.transport_protocol == IPPROTO_TCP) return "Tcp InCsumErrors";
    return scene.is_v4() ? "Udp InCsumErrors" : "Udp6InCsumErrors";
}
bool worker_counts_a_checksum_error(Scene& scene)
{
    if (!scene.delivered()) return false;
    scene.seen.receiver[checksum_errors(scene)] = 1;
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
    if (scene.at.transport_protocol == IPPROTO_SCTP) return "SctpOutOfBlues";
    if (scene.at.transport_protocol == IPPROTO_TCP) return "Tcp InSegs";
    return scene.is_v4() ? "Udp NoPorts" : "Udp6NoPorts";
}
bool worker_takes_one_less(Scene& scene)
{
    if (!scene.delivered()) return false;
    --scene.seen.receiver[arrivals(scene)];
    return true;
}
bool worker_takes_one_more(Scene& scene)
{
    if (!scene.delivered()) return false;
    ++scene.seen.receiver[arrivals(scene)];
    return true;
}
bool worker_counts_no_sctp(Scene& scene)
{
    return scene.delivered() && scene.seen.receiver.erase("SctpOutOfBlues") > 0;
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

// What vanishes has its account in who frees it.
bool nobody_frees(Scene& scene)
{
    return !scene.freed_in.empty() && scene.seen.freed.counts->erase(scene.freed_in) > 0;
}
bool another_function_frees(Scene& scene)
{
    if (!nobody_frees(scene)) return false;
    (*scene.seen.freed.counts)["ip_vs_out_hook"] = 1;
    return true;
}
bool function_frees_two(Scene& scene)
{
    if (scene.freed_in.empty()) return false;
    (*scene.seen.freed.counts)[scene.freed_in] = 2;
    return true;
}
bool nobody_looks_who_frees(Scene& scene)
{
    if (scene.freed_in.empty()) return false;
    scene.seen.freed = {.counts = {}, .why = "tracefs: not there"};
    return true;
}

// Of the packet that comes before a router has answered.
Observation* before(Scene& scene)
{
    return scene.seen.before.empty() ? nullptr : &scene.seen.before.front();
}
bool missing_before(Scene& scene)
{
    if (!before(scene)) return false;
    before(scene)->worker.clear();
    return true;
}
bool another_ttl_before(Scene& scene)
{
    if (!before(scene)) return false;
    auto& bytes = before(scene)->worker.front().bytes;
    bytes[scene.at.inner + (scene.is_v4() ? 8 : 7)] ^= 0x40;
    mend(scene.at, bytes);
    return true;
}
bool told_before(Scene& scene)
{
    if (!before(scene)) return false;
    before(scene)->client.push_back(refusal(scene, 1280));
    return true;
}
bool drops_the_answer(Scene& scene)
{
    if (!before(scene)) return false;
    scene.seen.director_answered[std::string(device(scene.cell.underlay)) + " rx_dropped"] = 1;
    return true;
}
bool hears_no_answer(Scene& scene)
{
    if (!before(scene)) return false;
    scene.seen.director_answered.clear();
    return true;
}
bool worker_errs_while_answered(Scene& scene)
{
    if (!before(scene)) return false;
    scene.seen.receiver_answered["Udp InErrors"] = 1;
    return true;
}

} // namespace

std::vector<Fault> other_faults()
{
    return {
        {"worker_counts_a_checksum_error", worker_counts_a_checksum_error, {"Csum", "Checksum"}},
        {"worker_counts_a_tunnel_checksum_error", worker_counts_a_tunnel_checksum_error, {"Csum"}},
        {"worker_takes_one_less", worker_takes_one_less, {"worker"}},
        {"worker_takes_one_more", worker_takes_one_more, {"worker"}},
        {"worker_counts_no_sctp", worker_counts_no_sctp, {"worker"}},
        {"ipvs_takes_none", ipvs_takes_none, {"IPVS"}},
        {"ipvs_takes_two", ipvs_takes_two, {"IPVS"}},
        {"device_drops", device_drops, {"dropped"}},
        {"worker_device_drops", worker_device_drops, {"dropped"}},
        {"drops_the_answer", drops_the_answer, {"dropped"}},
        {"hears_no_answer", hears_no_answer, {"while the router answered"}},
        {"worker_errs_while_answered", worker_errs_while_answered, {"InErrors"}},
        {"splat", splat, {"WARNING"}},
        {"tagged", tagged, {"VLAN tag"}},
        {"pending_on_the_wire", pending_on_the_wire, {"still pending"}},
        {"stray", stray, {"stray packet"}},
        {"device_sends_one_more", device_sends_one_more, {"tx_packets"}},
        {"device_sends_one_less", device_sends_one_less, {"tx_packets"}},
        {"nobody_frees", nobody_frees, {"has freed 0 packets, not 1"}},
        {"another_function_frees",
         another_function_frees,
         {"kfree_skb in: __udp4_lib_rcv +2, "
          "ip_vs_out_hook +1"}},
        {"function_frees_two", function_frees_two, {"has freed 2 packets, not 1"}},
        {"nobody_looks_who_frees", nobody_looks_who_frees, {"is not known: tracefs: not there"}},
        {"missing_before", missing_before, {"before the router answered: on the wire"}},
        {"another_ttl_before", another_ttl_before, {"before the router answered: segment 1: TTL"}},
        {"told_before", told_before, {"before the router answered: the client got"}},
    };
}

} // namespace gueway::matrix
