// SPDX-License-Identifier: GPL-2.0-only
// Makes groups of drops out of the kernel's counts and events: one for each place and reason.
#pragma once

#include "trace/collector.h"
#include "trace/report.h"

#include <functional>
#include <map>
#include <string>

namespace gueway {

// How numbers are called. Each may be asked more than once for the same number.
struct DropNames {
    std::function<CodePlace(uint64_t address)> place;
    std::function<std::vector<SourceLine>(const CodePlace&)> source;
    std::function<std::string(uint32_t reason)> reason;
    std::function<std::string(uint32_t netns)> netns;
};

// Why a free there for that reason loses nothing; empty when it is a drop like any other.
// `unwrapped` as in struct drop_key.
std::string harmless_free(const CodePlace& place, const std::string& reason, bool unwrapped);

struct Step;

class Tally {
public:
    // `start` in ns of CLOCK_MONOTONIC.
    Tally(DropNames names, uint64_t start) : names_(std::move(names)), start_(start) {}
    // Called with the first few drops of each group, as they are added.
    void judge_by(std::function<Verdict(const Step&)> judge) { judge_ = std::move(judge); }

    // `step`: drop_step() of the event. The verdict when it was judged; valid until the next call.
    const Verdict* add(const drop_event& event, const Step& step);
    void add(const drop_event& event);
    // Packets told so far that are no harmless frees.
    uint64_t drops();

    // Fills groups and loss of the report.
    void finish(const DropCounts& counts, DropReport& report);

private:
    struct Key {
        uint64_t location;
        uint32_t reason;
        bool unwrapped; // where that tells harmless frees from drops; else false
        auto operator<=>(const Key&) const = default;
    };
    Key key(const drop_key& counted);
    std::string harmless(const Key& key);

    const Verdict* judge(DropGroup& group, const Step& step);

    DropNames names_;
    uint64_t start_;
    std::function<Verdict(const Step&)> judge_;
    std::map<Key, DropGroup> groups_;
};

} // namespace gueway
