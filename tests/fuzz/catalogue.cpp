// SPDX-License-Identifier: GPL-2.0-only
// The catalogue's record in the cache, damaged or edited in any way: it is read without complaint,
// and what was read is the same after it was written and read again.
#include "lab/catalogue.h"

#include "fuzz.h"
#include "util/json.h"

using namespace gueway;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto json = parse_json(text_of(data, size), "input");
    if (!json) return 0;
    const auto record = record_from_json(*json);
    const auto text = dump_json(to_json(record));
    must(record_from_json(*parse_json(text, "again")) == record, "what was written reads the same");
    return 0;
}
