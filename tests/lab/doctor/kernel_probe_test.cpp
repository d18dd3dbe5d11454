// SPDX-License-Identifier: GPL-2.0-only
// The kernel probe on kernels with the bug and without, with the hotfix and without, against what
// TCP meets there: requests through a director, whose underlay device counts what it drops.
#include "doctor/kernel_probe.h"
#include "hotfix/counts.h"
#include "link/device.h"
#include "link/sysctl.h"
#include "tests/running_director.h"
#include "util/brought_module.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <unistd.h>

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

// All ways agree on one state.
void expect_all(const Result<KernelProbe>& probe, TunnelState state)
{
    ASSERT_OK(probe);
    EXPECT_EQ(probe->tunnels.size(), default_ways().size());
    EXPECT_EQ(probe->state(), state);
    for (const auto& each : probe->tunnels) {
        EXPECT_EQ(each.state, state) << drawn(*probe);
        EXPECT_EQ(each.dropped, state == TunnelState::lossy ? each.large_sent : 0) << drawn(*probe);
        EXPECT_EQ(each.repaired > 0, state == TunnelState::repaired) << drawn(*probe);
    }
}

TunnelState unaided(bool affected)
{
    return affected ? TunnelState::lossy : TunnelState::fixed;
}

TEST(KernelProbe, FindsWhatTrafficFindsAndTellsTheHotfixFromAFixedKernel)
{
    const auto director = RunningDirector::start(on_veth());
    ASSERT_OK(director);
    const auto dropped = director->dropped(4);
    ASSERT_OK(dropped);
    const bool affected = *dropped > 0;
    auto probe = probe_kernel();
    expect_all(probe, unaided(affected));
    EXPECT_FALSE(probe->hotfix_loaded);
    fmt::print("{}", drawn(*probe));

    {
        const auto repaired = LoadedModule::load(hotfix::module_name);
        ASSERT_OK(repaired);
        probe = probe_kernel();
    }
    expect_all(probe, affected ? TunnelState::repaired : TunnelState::fixed);
    EXPECT_TRUE(probe->hotfix_loaded);
    fmt::print("{}", drawn(*probe));

    expect_all(probe_kernel(), unaided(affected));
}

// What a host sets reaches new namespaces with devconf_inherit_init_net.
TEST(KernelProbe, IsNotMisledByTheHostsSettings)
{
    const auto host = Namespace::current();
    ASSERT_OK(host);
    const auto usual = probe_kernel();
    ASSERT_OK(usual);
    const std::vector<std::pair<std::string, std::string>> settings = {
        {"net.core.devconf_inherit_init_net", "1"},  {"net.ipv4.conf.all.rp_filter", "1"},
        {"net.ipv4.conf.default.rp_filter", "1"},    {"net.ipv4.conf.all.accept_local", "0"},
        {"net.ipv6.conf.default.disable_ipv6", "1"}, {"net.ipv6.conf.all.disable_ipv6", "1"}};
    std::vector<std::string> before;
    for (const auto& [setting, value] : settings) {
        before.push_back(sysctl(*host, setting).value_or(""));
        ASSERT_OK(set_sysctl(*host, setting, value));
    }
    const auto probe = probe_kernel();
    for (size_t i = settings.size(); i-- > 0;)
        EXPECT_TRUE(set_sysctl(*host, settings[i].first, before[i]));
    ASSERT_OK(probe);
    for (const auto& each : probe->tunnels) EXPECT_EQ(each.state, usual->state()) << drawn(*probe);
}

std::vector<std::string> devices_of_the_host()
{
    std::vector<std::string> names;
    const auto host = Namespace::current();
    const auto found = host ? devices(*host) : Result<std::vector<Device>>(host.error());
    EXPECT_TRUE(found) << found.error().text();
    for (const auto& each : found.value_or(std::vector<Device>())) names.push_back(each.name);
    return names;
}

size_t count_files(const char* directory)
{
    std::error_code none;
    return static_cast<size_t>(std::ranges::distance(fs::directory_iterator(directory, none)));
}

std::string services()
{
    return read_file("/proc/net/ip_vs").value_or("no IPVS");
}

TEST(KernelProbe, LeavesNothingBehind)
{
    ASSERT_OK(probe_kernel()); // what is opened once for good
    const auto devices = devices_of_the_host();
    const auto names = count_files("/run/netns"), descriptors = count_files("/proc/self/fd");
    const auto table = services();
    ASSERT_OK(probe_kernel());
    EXPECT_EQ(devices_of_the_host(), devices);
    EXPECT_EQ(count_files("/run/netns"), names);
    EXPECT_EQ(count_files("/proc/self/fd"), descriptors);
    EXPECT_EQ(services(), table);
}

TEST(KernelProbe, NeedsPrivilegeAndSaysSo)
{
    constexpr uid_t nobody = 65534;
    ASSERT_EQ(::seteuid(nobody), 0);
    const auto probe = probe_kernel();
    ASSERT_EQ(::seteuid(0), 0);
    ASSERT_FALSE(probe);
    EXPECT_EQ(probe.error().code, EPERM);
    EXPECT_NE(probe.error().text().find("needs root"), std::string::npos) << probe.error().text();
}

} // namespace
} // namespace gueway
