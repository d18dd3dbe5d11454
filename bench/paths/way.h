// SPDX-License-Identifier: GPL-2.0-only
// The ways that a packet can take through the director, and the director made for one of them.
#pragma once

#include "bench/cost/path.h"
#include "bench/paths/gate.h"
#include "encap/encap.h"
#include "ipvs/model.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway::bench {

enum class WayKind : uint8_t { forward, direct, fou_interface, tunnel };

//   name   in figures: "gue-csum"
//   encap  of tunnel
struct Way {
    const char* name;
    WayKind kind;
    Encap encap;
};
// forward is plain routing, without IPVS. fou-interface is how it was done before IPVS knew UDP: in
// direct mode to an address that is routed into an ipip device with FOU.
extern const std::vector<Way> ways;
const Way& way_of(std::string_view name); // one of them

// How much of it there is.
struct Load {
    const char* scheduler = "rr";
    unsigned workers = 1;
};

// A Path with a director set up for a way. IPVS knows no connection yet.
class Director {
public:
    static Result<Director> make(const Way& way, const Load& load = {});

    const Path& path() const { return path_; }
    const Namespace& host() const { return path_.director(); }
    const Way& way() const { return *way_; }

    // Whether its underlay device takes GSO packets whole.
    Result<void> offload(bool whole) const;
    // A frame that takes this way.
    Result<TcpFrame> frame(unsigned ip_length, uint16_t segment) const;

private:
    Director(Path path, const Way& way) : path_(std::move(path)), way_(&way) {}
    Path path_;
    const Way* way_;
};

// What a packet's instructions are spent on, by the gates between: sender is all before the
// director's traffic control has it, and what it takes to free it; receive leads to netfilter's
// FORWARD, or to LOCAL_IN where IPVS takes over; ipvs ends when it hands the packet out again, with
// its tunnel header; output leads to a device; tunnel, of fou-interface, is what the ipip device
// adds and the way from there to the underlay's; device is all behind: segmentation, too.
enum class Stage : uint8_t { sender, receive, ipvs, output, tunnel, device };
constexpr const char* stage_names[] = {"sender", "receive", "ipvs", "output", "tunnel", "device"};

// The stage that a gate ends. In the order of the way; `device` ends at the sink.
struct Border {
    Stage ends;
    Place at;
};
std::vector<Border> borders(const Way& way);

} // namespace gueway::bench
