// SPDX-License-Identifier: GPL-2.0-only
// A report of gwflow, as it comes back from a guest: refused, or the same after it was written and
// read again, and a summary can be made of it.
#include "flow/report.h"
#include "fuzz.h"
#include "util/json.h"

using namespace gueway;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto json = parse_json(text_of(data, size), "input");
    if (!json) return 0;
    const auto report = flow::from_json(*json, "input");
    if (!report) return 0;
    const auto text = dump_json(flow::to_json(*report));
    const auto again = flow::from_json(*parse_json(text, "again"), "again");
    must(again && dump_json(flow::to_json(*again)) == text, "what was written reads the same");
    must(flow::summary(*report).ends_with('\n'), "the summary is lines");
    return 0;
}
