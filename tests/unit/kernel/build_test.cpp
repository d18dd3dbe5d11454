// SPDX-License-Identifier: GPL-2.0-only
// What the build scripts say to bad inputs; that they build is shown by every lab run.
#include "util/file.h"
#include "util/process.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

const std::string release = "6.1.0-99-test";

class Build : public ::testing::Test {
protected:
    void SetUp() override
    {
        for (const std::string tool : {"make", "gcc-12", "pahole", "spatch", "lz4"})
            if (!run({tool, "--version"})) GTEST_SKIP() << tool << " is not installed";
        auto directory = TempDir::make();
        ASSERT_TRUE(directory) << directory.error().text();
        root_ = directory->path();
        directory_.emplace(std::move(*directory));
        make_headers();
        put("ipvs/ip_vs_xmit.c", "int ip_vs_tunnel_xmit;\n");
        put("ipvs/Makefile", "\n");
        put("vmlinuz", boot_image(release));
    }

    std::string path(const std::string& name) const { return root_ / name; }

    void put(const std::string& name, std::string_view content)
    {
        ASSERT_TRUE(make_directories(fs::path(path(name)).parent_path()));
        ASSERT_TRUE(write_file(path(name), content));
    }

    // As much of unpacked headers as the scripts look at before they build.
    void make_headers()
    {
        const std::string configured = "headers/usr/src/linux-headers-" + release + "-cloud/";
        put(configured + "Module.symvers", "");
        put(configured + "Makefile", "include /usr/src/linux-headers-common/Makefile\n");
        put(configured + "include/generated/utsrelease.h",
            "#define UTS_RELEASE \"" + release + "\"\n");
        put(configured + "scripts/mod/modpost", "#!/bin/sh\n");
        fs::permissions(path(configured + "scripts/mod/modpost"), fs::perms::owner_all);
        put("headers/usr/src/linux-headers-common/Makefile", "all:\n");
    }

    // A bzImage's header (boot.rst) of that version, and an LZ4 magic with nothing behind it.
    static std::string boot_image(const std::string& version)
    {
        std::string image(2048, '\0');
        image[0x1f1] = 1; // setup sectors: the payload's origin is 1024
        image.replace(0x1fe, 2, "\x55\xaa");
        image.replace(0x202, 6, "HdrS\x0f\x02");
        image[0x20f] = 2; // version string at 0x200 + 0x200
        image.replace(0x400, version.size() + 6, version + " (us) ");
        image[0x249] = 1; // payload 256 after its origin
        image[0x24c] = 64;
        image.replace(0x500, 4, std::string("\x02\x21\x4c\x18"));
        return image;
    }

    // build.sh refuses with `status` and one line, which holds `text`, and leaves nothing half
    // done.
    void expect_refused(int status, const std::string& text)
    {
        const auto outcome = run({"kernel/variants/build.sh", path("headers"), path("vmlinuz"),
                                  path("ipvs"), path("out")});
        ASSERT_TRUE(outcome) << outcome.error().text();
        EXPECT_EQ(outcome->status, status);
        EXPECT_EQ(lines(outcome->errors).size(), 1u) << outcome->errors;
        EXPECT_NE(outcome->errors.find(text), std::string::npos) << outcome->errors;
        EXPECT_FALSE(fs::exists(path("out/.work")));
        EXPECT_FALSE(fs::exists(path("out/proof.txt")));
    }

    std::optional<TempDir> directory_; // the owner of root_
    fs::path root_;
};

TEST_F(Build, NoHeaders)
{
    fs::remove_all(path("headers/usr"));
    expect_refused(2, "headers: no usr/src/linux-headers-*/Module.symvers: unpack");
}

TEST_F(Build, HeadersOfTwoKernels)
{
    put("headers/usr/src/linux-headers-6.1.0-98-test/Module.symvers", "");
    expect_refused(2, "headers of 2 kernels");
}

TEST_F(Build, NoCommonHeaders)
{
    fs::remove_all(path("headers/usr/src/linux-headers-common"));
    expect_refused(2, "linux-headers-common: missing: unpack the common headers package");
}

TEST_F(Build, SourceOfSomethingElse)
{
    fs::remove(path("ipvs/ip_vs_xmit.c"));
    expect_refused(2, "ipvs: no ip_vs_xmit.c");
}

TEST_F(Build, NoImage)
{
    fs::remove(path("vmlinuz"));
    expect_refused(2, "vmlinuz: cannot be read");
}

TEST_F(Build, ImageThatIsNoKernel)
{
    put("vmlinuz", std::string(4096, 'x'));
    expect_refused(2, "vmlinuz: not a bzImage");
    put("vmlinuz", "");
    expect_refused(2, "vmlinuz: not a bzImage");
}

TEST_F(Build, ImageOfAnotherVersion)
{
    put("vmlinuz", boot_image("6.1.0-98-test"));
    expect_refused(2, "is kernel 6.1.0-98-test, the headers are " + release);
}

TEST_F(Build, ImageThatIsDamaged)
{
    expect_refused(2, "lz4 makes no ELF with a .BTF section of it");
}

TEST_F(Build, SecondRunOnTheSameOutput)
{
    put("out/.work/file", "");
    const auto outcome = run(
        {"kernel/variants/build.sh", path("headers"), path("vmlinuz"), path("ipvs"), path("out")});
    EXPECT_EQ(outcome->status, 2);
    EXPECT_NE(outcome->errors.find("another run uses"), std::string::npos) << outcome->errors;
    EXPECT_TRUE(fs::exists(path("out/.work/file")));
}

TEST_F(Build, OutputPathThatMakeCannotTake)
{
    const auto outcome = run({"kernel/variants/build.sh", path("headers"), path("vmlinuz"),
                              path("ipvs"), path("an out")});
    EXPECT_EQ(outcome->status, 2);
    EXPECT_NE(outcome->errors.find("has a blank"), std::string::npos) << outcome->errors;
}

TEST_F(Build, ModuleWithoutKbuild)
{
    const auto outcome = run({"kernel/variants/build-module.sh", path("headers"), path("vmlinuz"),
                              path("nothing"), path("out")});
    EXPECT_EQ(outcome->status, 2);
    EXPECT_NE(outcome->errors.find("nothing: no Kbuild file"), std::string::npos)
        << outcome->errors;
}

TEST(BuildUsage, IsTheHeaderComment)
{
    for (const std::string name : {"build.sh", "build-module.sh", "prove.sh"}) {
        const auto outcome = run({"kernel/variants/" + name});
        ASSERT_TRUE(outcome) << outcome.error().text();
        EXPECT_EQ(outcome->status, 2) << name;
        EXPECT_NE(outcome->errors.find("Exit status: 0 "), std::string::npos) << outcome->errors;
        EXPECT_EQ(outcome->errors.find("set -e"), std::string::npos) << outcome->errors;
    }
}

} // namespace
} // namespace gueway
