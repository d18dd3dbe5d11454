// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cpio.h"
#include "lab/layer.h"
#include "lab/rootfs.h"
#include "util/process.h"
#include "util/text.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace gueway {
namespace {

// The archive as the cpio program, if it is there, or its names as we find them.
std::string unpacked(const std::string& archive, const fs::path& into)
{
    const auto outcome = run({"sh", "-c", "cd \"$1\" && cpio -idm --quiet", "sh", into},
                             {.input = archive, .deadline = {}});
    return outcome && outcome->status == 0 ? "" : outcome ? outcome->errors : "no cpio";
}

bool have_cpio()
{
    return find_program("cpio", "").has_value();
}

TEST(Layer, IsReadByTheCpioProgram)
{
    if (!have_cpio()) GTEST_SKIP() << "no cpio on this machine";
    Layer layer;
    layer.file("/bin/x", "#!/bin/sh\n", 0755);
    layer.symlink("/sbin/y", "/usr/bin/x");
    layer.file("/etc/odd", std::string("a\0b", 3));
    const auto dir = TempDir::make().value();
    EXPECT_EQ(unpacked(layer.archive(), dir.path()), "");
    EXPECT_EQ(read_file(dir.path() / "usr/bin/x").value(), "#!/bin/sh\n");
    EXPECT_EQ(read_file(dir.path() / "etc/odd").value(), std::string("a\0b", 3));
    EXPECT_EQ(fs::read_symlink(dir.path() / "usr/sbin/y"), "/usr/bin/x");
    EXPECT_EQ(fs::status(dir.path() / "usr/bin/x").permissions() & fs::perms::owner_exec,
              fs::perms::owner_exec);
}

TEST(Layer, EqualContentGivesEqualBytesWhateverTheOrder)
{
    Layer one, other;
    one.file("/a", "1");
    one.file("/b/c", "2");
    other.file("/b/c", "2");
    other.file("/a", "1");
    EXPECT_EQ(one.archive(), other.archive());
    EXPECT_EQ(one.archive().size() % 512, 0U);
}

TEST(Layer, MergedDirectoriesAreOne)
{
    Layer layer;
    layer.file("/bin/x", "");
    EXPECT_TRUE(layer.holds("/usr/bin/x"));
    EXPECT_TRUE(layer.holds("/usr"));
    EXPECT_FALSE(layer.holds("/usr/sbin/x"));
}

TEST(Layer, ProgramsBringTheirLibraries)
{
    Layer layer;
    const auto shell = find_program("bash", "apt-get install bash").value();
    ASSERT_TRUE(layer.program(shell, "/bin/bash"));
    EXPECT_TRUE(layer.holds("/lib64/ld-linux-x86-64.so.2"));
    EXPECT_NE(layer.archive().find("libc.so.6"), std::string::npos);
}

TEST(Layer, NothingButDynamicElfHasAClosure)
{
    const auto dir = TempDir::make().value();
    ASSERT_TRUE(write_file(dir.path() / "script", "#!/bin/sh\n"));
    EXPECT_TRUE(library_closure(dir.path() / "script").value().empty());
    EXPECT_TRUE(library_closure("build/bin/init").value().empty()); // static
}

TEST(Extra, ReadsFileAndGuestPath)
{
    const auto extra = parse_extra("/etc/passwd:/data/users").value();
    EXPECT_EQ(extra.from, "/etc/passwd");
    EXPECT_EQ(extra.to, "/data/users");
    EXPECT_TRUE(parse_extra("/etc/passwd").value().to.empty());
    EXPECT_FALSE(parse_extra("/etc/passwd:relative"));
    EXPECT_EQ(parse_extra("/no/such").error().code, ENOENT);
}

} // namespace
} // namespace gueway
