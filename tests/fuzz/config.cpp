// SPDX-License-Identifier: GPL-2.0-only
// The one file, as anybody might write it: refused with the place of the fault, or what was read
// reads the same when it is written and read again.
#include "config/config.h"

#include "fuzz.h"

using namespace gueway;

namespace {

// "director.yaml:LINE:COLUMN: ..."; a file that is too large as a whole has no line.
bool names_a_place(const Error& error)
{
    return error.object.starts_with("director.yaml") && !error.text().empty();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto config = parse_config(text_of(data, size), "director.yaml");
    if (!config) {
        must(names_a_place(config.error()), "a refusal names its place");
        return 0;
    }
    const auto written = config_yaml(*config);
    const auto again = parse_config(written, "director.yaml");
    must(again.has_value(), "what was written can be read");
    must(config_yaml(*again) == written, "what was written reads the same");
    return 0;
}
