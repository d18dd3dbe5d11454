// SPDX-License-Identifier: GPL-2.0-only
// The kernel's own count of its drops: a histogram of the skb:kfree_skb event by place and reason,
// kept in the kernel (Documentation/trace/histogram.rst), so that no event is lost on the way.
#pragma once

#include "drops/tracing_instance.h"
#include "util/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// Packets freed as drops at one place for one reason.
struct DropCount {
    std::string place;  // function+0xoffset of the free, return address
    std::string reason; // name of enum skb_drop_reason; empty before 5.17, which gave none
    uint64_t packets = 0;

    // The function alone.
    std::string_view function() const { return std::string_view(place).substr(0, place.find('+')); }
    bool operator==(const DropCount&) const = default;
};

// Counts in all network namespaces from start() on. Needs root and a kernel with histogram triggers
// (Debian's 5.10 has none: an Error). Move-only; the tracing instance goes away on destruction.
class DropHistogram {
public:
    static Result<DropHistogram> start();

    // Totals since start(), most packets first. An Error when the kernel had to leave entries out.
    Result<std::vector<DropCount>> read() const;

private:
    DropHistogram(TracingInstance instance, std::map<int, std::string> reasons)
        : instance_(std::move(instance)), reasons_(std::move(reasons))
    {}
    TracingInstance instance_;
    std::map<int, std::string> reasons_;
};

// What `later` has more than `earlier`, most packets first; places without growth are left out.
std::vector<DropCount> growth(const std::vector<DropCount>& earlier,
                              const std::vector<DropCount>& later);

// The parts, for tests: the event's format file gives the reasons their names...
std::map<int, std::string> parse_reasons(std::string_view format);
// ...and the histogram's file the counts.
Result<std::vector<DropCount>> parse_histogram(std::string_view text,
                                               const std::map<int, std::string>& reasons);

} // namespace gueway
