// SPDX-License-Identifier: GPL-2.0-only
// Hooks that are of no use without each other.
#include "count.skel.h"
#include "probe/hooked.h"
#include "probe/skeleton.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

std::vector<Attachment> granted(const std::string& pair, const char* other)
{
    Skeleton<count_bpf> skeleton;
    const std::vector<Hook> hooks = {
        {"one", {{{Backend::fentry, "__dev_queue_xmit"}, "transmit_function"}}, false, pair},
        {"other", {{{Backend::tp_btf, other}, "receive_tracepoint"}}, false, pair}};
    const auto hooked = Hooked::attach(skeleton.loadable("count", [](count_bpf&) {}), hooks);
    EXPECT_TRUE(hooked) << hooked.error().text();
    return hooked ? hooked->attachments() : std::vector<Attachment>(2);
}

TEST(HookedTest, APairIsGrantedWhole)
{
    const auto both = granted("pair", "netif_receive_skb");
    EXPECT_TRUE(both[0].granted());
    EXPECT_TRUE(both[1].granted());
}

TEST(HookedTest, OneOfAPairIsNotGrantedWithoutTheOther)
{
    const auto neither = granted("pair", "gueway_no_such_tracepoint");
    EXPECT_FALSE(neither[0].granted());
    EXPECT_FALSE(neither[1].granted());
    EXPECT_NE(neither[0].text().find("without its pair"), std::string::npos) << neither[0].text();
}

TEST(HookedTest, HooksThatAreNoPairAreGrantedOneByOne)
{
    const auto one = granted("", "gueway_no_such_tracepoint");
    EXPECT_TRUE(one[0].granted());
    EXPECT_FALSE(one[1].granted());
}

} // namespace
} // namespace gueway
