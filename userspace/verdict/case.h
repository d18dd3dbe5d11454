// SPDX-License-Identifier: GPL-2.0-only
// A dropped packet as the rules look at it: the drop, the way that led to it, the host's state.
#pragma once

#include "trace/step.h"
#include "verdict/state.h"

#include <functional>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace gueway {

class Case {
public:
    // The drop is the last of the way; of a packet that was not followed it is the only one. Both
    // must outlive this. `state`: nullptr when the namespace could not be reached.
    Case(std::vector<const Step*> way, State* state);

    const Step& drop() const { return *way_.back(); }
    State* state() const { return state_; }
    bool followed() const { return way_.size() > 1; }

    // The function that the packet entered last before it was dropped, ICMP answers apart; nullptr
    // when that is not known. One that it entered on another host does not count.
    const Step* last() const { return last_; }
    bool last_is(std::initializer_list<std::string_view> functions) const;
    // That function is one of them; of a packet that was not followed, the free was in one.
    bool last_in(std::initializer_list<std::string_view> functions) const
    {
        return last_ ? last_is(functions) : died_in(functions);
    }
    // The ICMP error that answered the packet, if one came after last().
    const Step* answer() const { return answer_; }
    const IcmpAnswer* icmp() const { return answer_ && answer_->icmp ? &*answer_->icmp : nullptr; }
    // The step that IPVS told of on this host, the last one.
    const Step* ipvs() const { return ipvs_; }
    // What it told; nullptr when there is no such step.
    const IpvsFacts* facts() const { return ipvs_ && ipvs_->ipvs ? &*ipvs_->ipvs : nullptr; }
    // The step by which it came to this host, with the device; nullptr when that is not known.
    const Step* arrival() const { return arrival_; }

    // The free was in one of the functions, or in what the compiler made of it
    // ("ip_rcv_finish_core.constprop.0").
    bool died_in(std::initializer_list<std::string_view> functions) const;
    // One of the kernel's reasons. Nothing of it on kernels that give none.
    bool reason_is(std::initializer_list<std::string_view> reasons) const;
    bool has_reason() const; // one that says something
    // Whether the kernel gives reasons: where it does, the absence of one is evidence too.
    bool reasons_given() const { return !drop().reason.empty(); }

    // Of the drop's outermost IP header.
    const IpLayer* outer() const;

    std::vector<const Step*> way() const { return way_; }

private:
    std::vector<const Step*> way_;
    State* state_;
    const Step *last_ = nullptr, *answer_ = nullptr, *ipvs_ = nullptr, *arrival_ = nullptr;
};

// "4.5 ip_vs_tunnel_xmit", for evidence.
std::string source(const Step& step);

} // namespace gueway
