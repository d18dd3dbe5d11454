// SPDX-License-Identifier: GPL-2.0-only
// Base64: any bytes survive; and a text that is read is the only one for its bytes.
#include "util/base64.h"

#include "fuzz.h"

using namespace gueway;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto input = text_of(data, size);
    must(from_base64(to_base64(input)) == input, "any bytes survive");
    if (const auto bytes = from_base64(input))
        must(to_base64(*bytes) == input, "a text that is read is the one that is written");
    return 0;
}
