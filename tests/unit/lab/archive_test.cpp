// SPDX-License-Identifier: GPL-2.0-only
#include "lab/archive.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Mirrors, AreThoseOfTheMachine)
{
    const auto m = parse_mirrors(
        "Translations|Debian|bookworm|bookworm|http://t.example/\n"
        "Packages|Local|bookworm|bookworm|http://local.example/debian/\n"
        "Packages|Debian|bookworm-updates|bookworm-updates|http://u.example/debian/\n"
        "Packages|Debian|bookworm|stable|http://m.example/debian/\n"
        "Packages|Debian-Security|bookworm-security|bookworm-security|http://s.example/sec/\n");
    ASSERT_TRUE(m) << m.error().text();
    EXPECT_EQ(m->main, "http://m.example/debian/");
    EXPECT_EQ(m->security, "http://s.example/sec/");
}

TEST(Mirrors, WithoutListsTheNameInSourcesCounts)
{
    const auto m =
        parse_mirrors("Packages|$(LABEL)|$(CODENAME)|bookworm-security|http://s.example/sec/\n"
                      "Packages|$(LABEL)|$(CODENAME)|bookworm|http://m.example/debian/\n");
    ASSERT_TRUE(m) << m.error().text();
    EXPECT_EQ(m->main, "http://m.example/debian/");
    EXPECT_EQ(m->security, "http://s.example/sec/");
}

TEST(Mirrors, OfAnotherReleaseServeToo)
{
    const auto m = parse_mirrors("Packages|Debian|trixie|trixie|http://m.example/debian/\n");
    ASSERT_TRUE(m) << m.error().text();
    EXPECT_EQ(m->main, "http://m.example/debian/");
    EXPECT_FALSE(m->security);
}

TEST(Mirrors, NoneIsAnErrorWithARemedy)
{
    for (const auto* text : {"", "nonsense\n", "Packages|Ubuntu|jammy|jammy|http://x.example/\n"}) {
        const auto m = parse_mirrors(text);
        ASSERT_FALSE(m);
        EXPECT_NE(m.error().remedy.find("apt-get update"), std::string::npos);
    }
}

} // namespace
} // namespace gueway
