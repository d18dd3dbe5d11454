// SPDX-License-Identifier: GPL-2.0-only
// The ip_vs.ko that a guest gets: the distribution's own, or one of the two built here.
#include "netlab.h"

namespace gueway {
namespace {

Outcome in_guest(const std::string& variant, const std::string& script)
{
    return netlab({"run", "--ipvs", variant, "--", "sh", "-c", script});
}

// The kernel's letters for the module; O is a module from outside of its tree.
bool built_out_of_tree(const std::string& variant)
{
    const auto ran = in_guest(variant, "cat /sys/module/ip_vs/taint");
    EXPECT_EQ(ran.status, 0) << ran.errors;
    return ran.output.find('O') != std::string::npos;
}

class Built : public testing::TestWithParam<const char*> {};

TEST_P(Built, IsLoadedWithItsTypes)
{
    const auto ran =
        in_guest(GetParam(), "test -s /sys/kernel/btf/ip_vs && grep -c '^ip_vs ' /proc/modules");
    EXPECT_EQ(ran.status, 0) << ran.errors;
    EXPECT_EQ(ran.output, "1\n");
}

TEST_P(Built, IsNotTheDistributions)
{
    EXPECT_TRUE(built_out_of_tree(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Variant, Built, testing::Values("vulnerable", "patched"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Stock, IsTheDistributions)
{
    EXPECT_FALSE(built_out_of_tree("stock"));
}

} // namespace
} // namespace gueway
