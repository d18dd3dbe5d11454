// SPDX-License-Identifier: GPL-2.0-only
#include "link/sysctl.h"

#include <gtest/gtest.h>

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

TEST(SysctlPath, RefusesEmptyPartsAndWaysOut)
{
    for (const char* name : {"", "net..x", ".net", "net.", "net.//.//.x", "net.//"})
        EXPECT_FALSE(sysctl_path(name)) << name;
}

} // namespace
} // namespace gueway
