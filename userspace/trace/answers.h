// SPDX-License-Identifier: GPL-2.0-only
// What the functions that led to a drop answered, and the calls it was made from.
#pragma once

#include "bpf/follow.h"
#include "trace/report.h"
#include "util/symbols.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace gueway {

// What a function on the way answered.
struct Returned {
    std::string function;
    int64_t value = 0;
    std::string text; // "-EINVAL", "NULL"; empty for plain numbers
};

// Of a drop, innermost first. Empty when every function that is watched answered a packet.
std::vector<Returned> decode_answers(const follow_event& event);

// "skb_udp_tunnel_segment returned -EINVAL, and so did inet_gso_segment, skb_mac_gso_segment";
// empty for none.
std::string text(const std::vector<Returned>& answers);

// A call: where it was made, or, for the innermost, the place of the drop.
struct StackFrame {
    CodePlace place;
    std::vector<SourceLine> source; // where debug information is there; innermost first
};

// The calls that led to a drop, innermost first. The frames of the tracer are left out. Empty when
// none were told. `frame` knows an address.
std::vector<StackFrame> decode_stack(const follow_event& event,
                                     const std::function<StackFrame(uint64_t)>& frame);

} // namespace gueway
