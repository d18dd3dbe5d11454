// SPDX-License-Identifier: GPL-2.0-only
// The judge: reads a guest's kernel log and says whether the kernel complained. What it could not
// read it does not call clean.
#pragma once

#include "util/file.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// The guest's init writes this to /dev/kmsg at level 4 (KERN_WARNING, the level of WARN): a log
// that shows it would have shown a WARN too. (At loglevel=5 the kernel's own banner, a notice,
// does not reach the console.)
constexpr std::string_view judge_marker = "gueway: warnings reach this console";
constexpr int judge_marker_level = 4;

struct Verdict {
    enum class Kind { clean, splat, unscannable };
    Kind kind = Kind::unscannable;
    std::string what;                // splat: its class, "WARN", "soft lockup", "KASAN"
    std::string line;                // splat: the line that names the first one
    std::vector<std::string> report; // splat: its lines, to the end of the trace
    int splats = 0;                  // lines that name one, follow-ups included
    bool panicked = false;           // anywhere in the log
    std::string why;                 // unscannable: the reason, for a person
};

std::string_view to_string(Verdict::Kind kind);

// A line that looks like a splat and is not one. `reason` and `link` must be filled.
struct Allowed {
    std::string_view begins;
    std::string_view reason;
    std::string_view link;
};
const std::vector<Allowed>& default_allowed();

// Judges the text of a serial console. Kernel lines are those with a printk time stamp (all lines,
// when the log has no time stamps at all); patterns are anchored at the start of the message.
//   unscannable  the log is empty, shows neither the kernel's banner nor judge_marker, or the
//                console's level hid warnings (`quiet`, loglevel below 5) and no marker disproves
//                it
//   splat        a complaint was found, however incomplete the rest of the log is
Verdict judge_log(std::string_view console_log,
                  const std::vector<Allowed>& allowed = default_allowed());

// The same for a file; one that cannot be read is unscannable.
Verdict judge_file(const fs::path& path);

} // namespace gueway
