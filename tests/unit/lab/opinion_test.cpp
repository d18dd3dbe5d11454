// SPDX-License-Identifier: GPL-2.0-only
#include "lab/archive.h"
#include "lab/opinion.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Opinion, ReadsWhatAptWouldInstall)
{
    const auto packages = parse_simulation("Reading package lists...\n"
                                           "Inst libc6 (2.43-7 Debian:unstable [amd64]) []\n"
                                           "Inst pwru (1.0.5+ds1-5 Debian:unstable [amd64])\n"
                                           "Conf pwru (1.0.5+ds1-5 Debian:unstable [amd64])\n");
    const std::vector<std::pair<std::string, std::string>> expected = {{"libc6", "2.43-7"},
                                                                       {"pwru", "1.0.5+ds1-5"}};
    EXPECT_EQ(packages, expected);
    EXPECT_TRUE(parse_simulation("E: Unable to locate package pwru\n").empty());
}

TEST(Opinion, StartsByItsOwnLoader)
{
    const auto directory = TempDir::make().value();
    const Opinion tool{"tool", "sid", {"tool"}, {{"/usr/bin/tool", ""}}};
    EXPECT_FALSE(opinion_script(tool, tool.programs[0], directory.path()));
    ASSERT_TRUE(make_directories(directory.path() / "usr/lib/x86_64-linux-gnu"));
    ASSERT_TRUE(write_file(directory.path() / "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", ""));
    const auto script = opinion_script(tool, tool.programs[0], directory.path());
    ASSERT_TRUE(script) << script.error().text();
    EXPECT_NE(script->find("/opt/tool/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 --library-path "
                           "/opt/tool/lib/x86_64-linux-gnu:/opt/tool/usr/lib/x86_64-linux-gnu "
                           "/opt/tool/usr/bin/tool \"$@\""),
              std::string::npos)
        << *script;
}

TEST(Opinion, AnUnknownOneIsToldWhichThereAre)
{
    const auto unknown = parse_extra("@nosuch");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().remedy.find("@pwru"), std::string::npos);
}

} // namespace
} // namespace gueway
