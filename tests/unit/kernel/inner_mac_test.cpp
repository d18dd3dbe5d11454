// SPDX-License-Identifier: GPL-2.0-only
// The semantic patch on sources of our own; on the kernel's: tests/lab/trees.
#include "tests/semantic_patch.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

const std::string fix = "\tskb_set_inner_mac_header(skb, skb_inner_network_offset(skb));\n";
const std::string before_fix = "\tskb_set_inner_ipproto(skb, proto);\n";
const std::string unfixed_path = "tests/unit/kernel/fixtures/unfixed.c";

// `source` with the fix after the `which`-th (from 1) setting of the inner protocol.
std::string with_fix(std::string source, int which)
{
    size_t at = 0;
    for (int i = 0; i < which; i++) at = source.find(before_fix, at) + before_fix.size();
    return source.insert(at, fix);
}

class InnerMac : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!have_spatch()) GTEST_SKIP() << "spatch is not installed";
        auto source = read_file(unfixed_path);
        ASSERT_TRUE(source) << source.error().text();
        unfixed_ = *source;
        // The first one is in a function that is none of the two.
        fixed_ = with_fix(with_fix(unfixed_, 3), 2);
    }

    // What the mode makes of `source`; what it says is in said_.
    std::string apply(const std::string& mode, const std::string& source)
    {
        const auto patched = semantic_patch(mode, source);
        EXPECT_TRUE(patched) << patched.error().text();
        said_ = patched.value_or(Patched{}).said;
        return patched.value_or(Patched{}).source;
    }

    std::string unfixed_;
    std::string fixed_;
    std::vector<std::string> said_;
};

using Said = std::vector<std::string>;
const Said both_fixed = {"already fixed in ip_vs_tunnel_xmit",
                         "already fixed in ip_vs_tunnel_xmit_v6"};

TEST_F(InnerMac, PatchAddsOneLineInEachFunctionAndNothingElse)
{
    EXPECT_EQ(apply("patch", unfixed_), fixed_);
    EXPECT_EQ(said_, Said{});
}

TEST_F(InnerMac, PatchLeavesFixedSourceAloneAndSaysSo)
{
    EXPECT_EQ(apply("patch", fixed_), fixed_);
    EXPECT_EQ(said_, both_fixed);
}

TEST_F(InnerMac, PatchAddsWhatOneFunctionLacks)
{
    EXPECT_EQ(apply("patch", with_fix(unfixed_, 2)), fixed_);
    EXPECT_EQ(said_, Said{"already fixed in ip_vs_tunnel_xmit"});
}

TEST_F(InnerMac, ReportNamesEachFunctionAndChangesNothing)
{
    EXPECT_EQ(apply("report", with_fix(unfixed_, 3)), with_fix(unfixed_, 3));
    EXPECT_EQ(said_,
              (Said{"already fixed in ip_vs_tunnel_xmit_v6", "not fixed in ip_vs_tunnel_xmit"}));
    EXPECT_EQ(apply("report", fixed_), fixed_);
    EXPECT_EQ(said_, both_fixed);
}

TEST_F(InnerMac, SetAfterTheHeaderWasPushedIsNotFixed)
{
    const std::string pushed = "\t\tmark(skb);\n";
    auto late = unfixed_;
    late.insert(late.find(pushed) + pushed.size(), "\t" + fix);
    EXPECT_EQ(apply("report", late), late);
    EXPECT_EQ(said_, (Said{"not fixed in ip_vs_tunnel_xmit", "not fixed in ip_vs_tunnel_xmit_v6"}));
}

TEST_F(InnerMac, SetToSomethingElseIsNotFixed)
{
    auto other = fixed_;
    other.replace(other.find("skb_inner_network_offset"), 24, "skb_inner_transport_offs");
    apply("report", other);
    EXPECT_EQ(said_,
              (Said{"already fixed in ip_vs_tunnel_xmit_v6", "not fixed in ip_vs_tunnel_xmit"}));
}

TEST_F(InnerMac, RevertTakesExactlyTheFixOut)
{
    EXPECT_EQ(apply("revert", fixed_), unfixed_);
    EXPECT_EQ(apply("revert", unfixed_), unfixed_);
}

TEST_F(InnerMac, RevertLeavesOtherFunctionsAlone)
{
    EXPECT_EQ(apply("revert", with_fix(fixed_, 1)), with_fix(unfixed_, 1));
}

} // namespace
} // namespace gueway
