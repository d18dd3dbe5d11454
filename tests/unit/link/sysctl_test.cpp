// SPDX-License-Identifier: GPL-2.0-only
#include "link/sysctl.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace gueway {
namespace {

TEST(SysctlPath, TurnsDotsIntoDirectories)
{
    EXPECT_EQ(*sysctl_path("net.ipv4.ip_forward"), "/proc/sys/net/ipv4/ip_forward");
}

TEST(SysctlPath, SlashStandsForADotOfTheName)
{
    EXPECT_EQ(*sysctl_path("net.ipv4.conf.d1/100.rp_filter"),
              "/proc/sys/net/ipv4/conf/d1.100/rp_filter");
}

TEST(DeviceSysctl, NamesThatHoldADotGetASlash)
{
    EXPECT_EQ(device_sysctl(AF_INET, "d1.100", "rp_filter"), "net.ipv4.conf.d1/100.rp_filter");
    EXPECT_EQ(device_sysctl(AF_INET6, "all", "forwarding"), "net.ipv6.conf.all.forwarding");
}

TEST(SysctlPath, RefusesEmptyPartsAndWaysOut)
{
    for (const char* name : {"", "net..x", ".net", "net.", "net.//.//.x", "net.//"})
        EXPECT_FALSE(sysctl_path(name)) << name;
}

} // namespace
} // namespace gueway
