// SPDX-License-Identifier: GPL-2.0-only
// The kernel probe on kernels with the bug and without, with the hotfix and without. Which kernel
// this is, the suite's row says by what it brings; the oracle here is a transfer of our own.
#include "doctor/kernel_probe.h"
#include "link/device.h"
#include "tests/assert_ok.h"
#include "util/file.h"
#include "util/process.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

std::string drawn(const KernelProbe& probe)
{
    std::string out;
    for (const auto& each : probe.tunnels)
        out += fmt::format("{}: {}; small {}/{}, segments {}/{} of {} large, {} dropped, {} "
                           "repaired{}{}\n",
                           each.way.text(), name(each.state), each.small_arrived, each.small_sent,
                           each.segments_arrived, each.segments_sent, each.large_sent, each.dropped,
                           each.repaired, each.why.empty() ? "" : ": ", each.why);
    return out;
}

TEST(KernelProbe, Try)
{
    const auto start = std::chrono::steady_clock::now();
    const auto probe = probe_kernel();
    ASSERT_OK(probe);
    fmt::print("{}{} ms\n", drawn(*probe),
               (std::chrono::steady_clock::now() - start) / std::chrono::milliseconds(1));
    for (const auto& each : probe->loaded_modules) fmt::print("loaded {}\n", each);
}

} // namespace
} // namespace gueway
