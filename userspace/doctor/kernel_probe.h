// SPDX-License-Identifier: GPL-2.0-only
// Whether the running kernel loses segmented packets on IPVS's tunnel path (the bug that
// d7fce52fdf96 "ipvs: align inner_mac_header for encapsulation" mends). Found out by sending, never
// by the kernel's version: through network namespaces of its own, whose underlay device leaves the
// segmentation of tunnels to software.
//
//     client c0 --- d0 director d1 --- u0 worker        frames are made on c0 and counted on u0
#pragma once

#include "encap/encap.h"
#include "util/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/socket.h>

namespace gueway {

// One way through the director: an encapsulation over IPv4 (AF_INET) or IPv6 (AF_INET6).
struct TunnelWay {
    Encap encap;
    int underlay = AF_INET;
    std::string text() const; // "gue over IPv4", "gre checksum full over IPv6"
};

//   fixed         large packets get through, and nobody had to repair them
//   repaired      large packets get through because the hotfix module repairs them
//   lossy         large packets are lost, small ones are not, and the underlay device has counted
//                 each as dropped. Without that they may be late: a host under load is not broken
//   inconclusive  nothing can be said: `why` has the reason
enum class TunnelState : uint8_t { fixed, repaired, lossy, inconclusive };
std::string_view name(TunnelState state); // "fixed", ...

// What was sent and what came. A large packet is a GSO packet of several segments; what comes of it
// at the worker are its segments, each in a packet of its own.
//   dropped       packets that the underlay device (d1) counted as dropped
//   repaired      packets that the hotfix module repaired on this way
struct TunnelProbe {
    TunnelWay way;
    TunnelState state = TunnelState::inconclusive;
    unsigned small_sent = 0, small_arrived = 0;
    unsigned large_sent = 0;
    unsigned segments_sent = 0, segments_arrived = 0;
    uint64_t dropped = 0;
    uint64_t repaired = 0;
    std::string why; // of inconclusive: one line
};

//   hotfix_loaded   the module was there while the probe ran, whether it had work or not
//   loaded_modules  kernel modules that the probe's needs have brought in, and that stay
struct KernelProbe {
    std::vector<TunnelProbe> tunnels; // in the order of the ways asked for
    bool hotfix_loaded = false;
    std::vector<std::string> loaded_modules;

    // The worst of the tunnels: lossy, else inconclusive, else repaired, else fixed.
    TunnelState state() const;
};

// GUE without checksum and GRE, over both underlays: each is code of its own in the kernel.
std::vector<TunnelWay> default_ways();

// Sends along each way; takes well below a second where nothing is lost. Leaves nothing behind but
// the modules it names: the namespaces have no names and go with the process, however it ends.
// Beside the ways asked for it sends IPIP, which the bug spares: where that does not get through
// either, nothing can be said. An Error is what keeps all ways from being tried: no privilege
// (EPERM: needs CAP_SYS_ADMIN and CAP_NET_ADMIN), no IPVS. Whatever keeps one way from being tried
// is that way's `why`. The calling thread's own network namespace is left alone.
Result<KernelProbe> probe_kernel(const std::vector<TunnelWay>& ways = default_ways());

// --- the judgement, for tests ---

// Of the numbers of `seen` alone; sets `state` and `why`.
void judge(TunnelProbe& seen);

} // namespace gueway
