// SPDX-License-Identifier: GPL-2.0-only
#include "util/symbols.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

Symbols symbols()
{
    return Symbols::parse("0000000000000000 A fixed_percpu_data\n"
                          "ffffffff81000100 T validate_xmit_skb\n"
                          "ffffffff81000100 T an_alias\n"
                          "ffffffff81000180 d some_data\n"
                          "ffffffff81000400 t next.isra.0\n"
                          "ffffffffc0100000 t ip_vs_tunnel_xmit\t[ip_vs]\n")
        .value();
}

TEST(Symbols, NamesTheFunctionAndTheOffset)
{
    EXPECT_EQ(symbols().find(0xffffffff810003b4).text(), "validate_xmit_skb+0x2b4");
    EXPECT_EQ(symbols().find(0xffffffff81000100).text(), "validate_xmit_skb+0x0");
    EXPECT_EQ(symbols().find(0xffffffff81000401).text(), "next.isra.0+0x1");
    EXPECT_EQ(symbols().find(0xffffffffc0100031).text(), "ip_vs_tunnel_xmit+0x31 [ip_vs]");
    EXPECT_EQ(symbols().find(0xffffffffc0100031).module, "ip_vs");
}

TEST(Symbols, AnAddressWithoutOneStaysANumber)
{
    EXPECT_EQ(symbols().find(0xffffffff80000000).text(), "0xffffffff80000000");
    // Between the kernel and its modules.
    EXPECT_EQ(symbols().find(0xffffffffb0000000).text(), "0xffffffffb0000000");
}

TEST(Symbols, HiddenAddressesAreAnErrorWithARemedy)
{
    const auto hidden = Symbols::parse("0000000000000000 T _text\n0000000000000000 T _etext\n");
    ASSERT_FALSE(hidden);
    EXPECT_NE(hidden.error().remedy.find("CAP_SYSLOG"), std::string::npos);
    EXPECT_FALSE(Symbols::parse(""));
    EXPECT_FALSE(Symbols::parse("no symbol\n"));
}

} // namespace
} // namespace gueway
