// SPDX-License-Identifier: GPL-2.0-only
// Why a packet was dropped, in words: what was seen, and what to do about it. The rules that find
// verdicts are in userspace/verdict.
#pragma once

#include "util/json_fwd.h"

#include <string>
#include <vector>

namespace gueway {

// One thing that was seen.
//   source  where: "4.5 ip_vs_tunnel_xmit" for a step (packet, piece, function), "sysctl", "route",
//           "IPVS" and so on for what the kernel was asked when the packet had died
struct Evidence {
    std::string text;
    std::string source;
};

//   name      of the rule: "mtu-too-small"; empty when no rule fits, and then `evidence` is all
//   that
//             there is
//   sentence  one, with the packet's own addresses and numbers
//   certain   false: something was not to be seen on this kernel; `missing` says what
//   remedy    one command or advice each
struct Verdict {
    std::string name;
    std::string sentence;
    bool certain = true;
    std::vector<std::string> missing;
    std::vector<Evidence> evidence;
    std::vector<std::string> remedy;

    bool found() const { return !name.empty(); }
};

// Some lines, each with a newline.
std::string text(const Verdict& verdict);
// An element of `verdicts`, Documentation/droptrace.md; the name is null when no rule fits.
Json to_json(const Verdict& verdict);

} // namespace gueway
