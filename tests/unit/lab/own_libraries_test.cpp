// SPDX-License-Identifier: GPL-2.0-only
#include "lab/own_libraries.h"
#include "util/process.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

constexpr const char* loader = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";

// A tree with one of kbuild's programs (cat), which is called by way of a symbolic link.
class OwnLibraries : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(make_directories(root() / "usr/lib/linux-kbuild-9.9/scripts/mod"));
        ASSERT_TRUE(make_directories(root() / "usr/src/linux-headers-9.9"));
        fs::create_symlink("../../lib/linux-kbuild-9.9/scripts",
                           root() / "usr/src/linux-headers-9.9/scripts");
        fs::copy_file("/bin/cat", program());
        fs::copy_file("/bin/cat", root() / "usr/lib/cat");
        put("usr/lib/linux-kbuild-9.9/scripts/script", "#!/bin/sh\n");
    }

    // A loader that says how it was started.
    void bring_loader()
    {
        ASSERT_TRUE(make_directories((root() / loader).parent_path()));
        put(loader, "#!/bin/sh\necho \"$@\"\n");
    }

    void put(const std::string& name, const std::string& content) const
    {
        ASSERT_TRUE(write_file(root() / name, content));
        fs::permissions(root() / name, fs::perms(0755));
    }

    fs::path root() const { return directory_.path() / "tree"; }
    fs::path program() const { return root() / "usr/lib/linux-kbuild-9.9/scripts/mod/cat"; }

    TempDir directory_ = TempDir::make().value();
};

TEST_F(OwnLibraries, ATreeWithoutALoaderStaysAsItIs)
{
    ASSERT_TRUE(run_kbuild_by_own_libraries(root()));
    EXPECT_FALSE(fs::exists(program().string() + ".elf"));
    EXPECT_EQ(run({program(), "/dev/null"})->status, 0);
}

TEST_F(OwnLibraries, ProgramsRunByTheLoaderWhereverTheTreeIs)
{
    bring_loader();
    ASSERT_TRUE(run_kbuild_by_own_libraries(root()));
    const auto moved = directory_.path() / "moved";
    fs::rename(root(), moved);
    const auto called = moved / "usr/src/linux-headers-9.9/scripts/mod/cat";
    const auto outcome = run({called, "a", "b c"});
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_TRUE(outcome->output.starts_with("--argv0 " + called.string() + " --library-path "))
        << outcome->output;
    EXPECT_TRUE(outcome->output.ends_with(called.string() + ".elf a b c\n")) << outcome->output;
    EXPECT_EQ(outcome->status, 0) << outcome->errors;
}

TEST_F(OwnLibraries, OnlyKbuildsProgramsAreTouched)
{
    bring_loader();
    ASSERT_TRUE(run_kbuild_by_own_libraries(root()));
    EXPECT_TRUE(fs::exists(program().string() + ".elf"));
    EXPECT_FALSE(fs::exists(root() / "usr/lib/cat.elf"));
    EXPECT_FALSE(fs::exists(root() / "usr/lib/linux-kbuild-9.9/scripts/script.elf"));
    EXPECT_EQ(read_file(root() / "usr/lib/linux-kbuild-9.9/scripts/script").value(), "#!/bin/sh\n");
}

} // namespace
} // namespace gueway
