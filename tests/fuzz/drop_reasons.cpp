// SPDX-License-Identifier: GPL-2.0-only
// The names of the drop reasons, from the event's format file: the same when written as the kernel
// writes them (__print_symbolic) and read again.
#include "drops/drop_histogram.h"
#include "fuzz.h"

using namespace gueway;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto reasons = parse_reasons(text_of(data, size));
    std::string list;
    for (const auto& [number, name] : reasons)
        list += fmt::format(", {{ {}, \"{}\" }}", number, name);
    const auto format = fmt::format("print fmt: \"location=%p reason: %s\", REC->location, "
                                    "__print_symbolic(REC->reason{})\n",
                                    list);
    must(parse_reasons(format) == reasons, "what was written reads the same");
    return 0;
}
