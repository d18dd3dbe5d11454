// SPDX-License-Identifier: GPL-2.0-only
// directorctl doctor on whatever kernel this is, locked down or not, against what traffic meets.
#include "tests/doctor_run.h"
#include "util/brought_module.h"

#include <gtest/gtest.h>
#include <sys/mount.h>

namespace gueway {
namespace {

constexpr const char* securityfs = "/sys/kernel/security";

// "none", "integrity" or "confidentiality"; empty: a kernel without.
std::string lockdown()
{
    const auto path = std::string(securityfs) + "/lockdown";
    const bool ours =
        !fs::exists(path) && ::mount("securityfs", securityfs, "securityfs", 0, nullptr) == 0;
    const auto modes = read_file(path).value_or("");
    if (ours) ::umount(securityfs);
    const auto begin = modes.find('['), end = modes.find(']');
    return end == std::string::npos ? "" : modes.substr(begin + 1, end - begin - 1);
}

bool told_on_the_command_line(const std::string& word)
{
    const auto line = read_file("/proc/cmdline").value_or("");
    const auto all = words(line);
    return std::ranges::find(all, word) != all.end();
}

TEST(DoctorKernels, AgreesWithTrafficAndLeavesNoTrace)
{
    const auto lost = packets_lost();
    ASSERT_OK(lost);
    const auto options = ReplayOptions{}.reference;
    const auto topology = Topology::build(reference(options));
    ASSERT_OK(topology);
    ASSERT_OK(configure(*topology, options));
    const auto before = surroundings(*topology);
    ASSERT_OK(before);
    const auto run = run_doctor(*topology);
    ASSERT_OK(run);
    const auto after = surroundings(*topology);
    ASSERT_OK(after);
    EXPECT_EQ(run->kernel(), *lost ? "lossy" : "fixed") << dump_json(run->report);
    EXPECT_EQ(run->has("broken inner-mac"), *lost > 0) << dump_json(run->report);
    EXPECT_EQ(run->status, *lost ? 2 : 1) << "the settings are the kernel's own";
    for (const auto& [name, was] : *before) EXPECT_EQ(after->at(name), was) << name;
}

// That the row's word reached the kernel: else the test above says nothing of it.
TEST(DoctorKernels, LockdownIsAsTheKernelWasTold)
{
    const bool told = told_on_the_command_line("lockdown=integrity");
    EXPECT_EQ(lockdown() == "integrity", told);
    if (!told) return;
    const auto loaded = load_brought_module("gueway_hotfix");
    ASSERT_FALSE(loaded) << "an unsigned module was loaded";
    EXPECT_EQ(loaded.error().code, EPERM) << loaded.error().text();
}

} // namespace
} // namespace gueway
