// SPDX-License-Identifier: GPL-2.0-only
// A result of the demo, as guests and files give it: refused, or the same after it was written and
// read again; its page and its table can be made, and the page fetches nothing.
#include "demo/model.h"
#include "fuzz.h"
#include "util/json.h"

using namespace gueway;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto json = parse_json(text_of(data, size), "input");
    if (!json) return 0;
    const auto result = demo_from_json(*json, "input");
    if (!result) return 0;
    const auto written = demo_to_json(*result);
    const auto again = demo_from_json(*parse_json(dump_json(written), "again"), "again");
    must(again && demo_to_json(*again) == written, "what was written reads the same");
    must(demo_text(*result).ends_with('\n'), "the table is lines");
    const auto page = demo_page(*result);
    must(page.find("<script") == page.npos, "no text of the result becomes a script");
    return 0;
}
