// SPDX-License-Identifier: GPL-2.0-only
// The plan that the guest's init reads: refused, or each command has something to run and the plan
// is the same after it was written and read again.
#include "fuzz.h"
#include "lab/protocol.h"
#include "util/json.h"

using namespace gueway;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto plan = protocol::parse_plan(text_of(data, size), "plan");
    if (!plan) return 0;
    for (const auto& command : plan->commands) must(!command.argv.empty(), "a command has words");
    const auto json = protocol::to_json(*plan);
    const auto again = protocol::parse_plan(dump_json(json), "plan");
    must(again && protocol::to_json(*again) == json, "what was written reads the same");
    return 0;
}
