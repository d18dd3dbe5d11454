// SPDX-License-Identifier: GPL-2.0-only
// The kernel's histogram of drops: refused, or what was read is in order of the counts, reads the
// same when written as the kernel writes it, and has not grown against itself.
#include "drops/drop_histogram.h"

#include "fuzz.h"

#include <algorithm>

using namespace gueway;

namespace {

const std::map<int, std::string> reasons = {{2, "NO_SOCKET"}, {66, "MAX"}};
constexpr std::string_view unnamed = "reason ";

std::string number_of(const std::string& reason)
{
    for (const auto& [number, name] : reasons)
        if (name == reason) return std::to_string(number);
    return reason.substr(std::min(unnamed.size(), reason.size()));
}

std::string written(const std::vector<DropCount>& counts)
{
    std::string text = "# event histogram\n\n";
    for (const auto& c : counts) {
        const auto reason = c.reason.empty() ? "" : ", reason: " + number_of(c.reason);
        text += fmt::format("{{ location: [ffffffff9b27bfb1] {:<44}{} }} hitcount: {:>10}\n",
                            c.place + "/0xee0", reason, c.packets);
    }
    return text + "\nTotals:\n    Hits: 1\n    Entries: 1\n    Dropped: 0\n";
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto counts = parse_histogram(text_of(data, size), reasons);
    if (!counts) return 0;
    must(std::is_sorted(counts->begin(), counts->end(),
                        [](const auto& a, const auto& b) { return a.packets > b.packets; }),
         "most packets first");
    for (const auto& c : *counts) must(!c.function().empty(), "a drop has a place");
    const auto again = parse_histogram(written(*counts), reasons);
    must(again && *again == *counts, "what was written reads the same");
    must(growth(*counts, *counts).empty(), "nothing has grown against itself");
    return 0;
}
