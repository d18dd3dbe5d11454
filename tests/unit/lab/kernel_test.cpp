// SPDX-License-Identifier: GPL-2.0-only
#include "cache_fixture.h"
#include "fake_kernel.h"
#include "lab/kernel.h"
#include "util/process.h"

namespace gueway {
namespace {

const std::string release = "6.1.99-own";

class KernelByPath : public WithCache {
protected:
    void SetUp() override
    {
        WithCache::SetUp();
        if (!fs::exists("/sbin/depmod")) GTEST_SKIP() << "no depmod: apt-get install kmod";
        const auto made = fake_kernel(tree(), release);
        ASSERT_TRUE(made) << made.error().text();
    }
    fs::path tree() const { return place() / "tree"; }
    std::string image() const { return tree() / "boot" / ("vmlinuz-" + release); }
    // What find_kernel says when it must fail.
    static std::string complaint(const std::string& selector)
    {
        const auto kernel = find_kernel(selector);
        return kernel ? "found " + kernel->release : kernel.error().text();
    }
    // A .deb of `content`, or "" where there is no dpkg-deb.
    std::string deb(const fs::path& content)
    {
        const std::string control = "Package: test\nVersion: 1\nArchitecture: amd64\n"
                                    "Maintainer: test <test@example.org>\nDescription: test\n";
        if (!make_directories(content / "DEBIAN")) return "";
        if (!write_file(content / "DEBIAN/control", control)) return "";
        const std::string file = place() / "test.deb";
        return run_ok({"dpkg-deb", "--root-owner-group", "-b", content, file}) ? file : "";
    }
    static bool has(const std::string& text, const std::string& part)
    {
        return text.find(part) != std::string::npos;
    }
};

TEST_F(KernelByPath, EveryFormFindsTheSameKernel)
{
    const auto modules = (tree() / "lib/modules" / release).string();
    for (const auto& selector :
         {tree().string(), tree().string() + "/", image(), image() + ":" + tree().string(),
          image() + ":" + modules, image() + ":" + modules + "/"}) {
        const auto kernel = find_kernel(selector);
        ASSERT_TRUE(kernel) << kernel.error().text();
        EXPECT_EQ(kernel->release, release);
        EXPECT_EQ(kernel->name, selector);
        EXPECT_EQ(fs::canonical(kernel->vmlinuz), fs::canonical(image()));
        EXPECT_TRUE(fs::exists(kernel->modules_dir / "modules.dep.bin")) << selector;
        EXPECT_EQ(kernel->modules_dir, kernel->root / "lib/modules" / release);
        EXPECT_TRUE(kernel->entry.empty());
    }
    EXPECT_FALSE(fs::exists(tree() / "lib/modules" / release / "modules.dep.bin")); // not ours
}

TEST_F(KernelByPath, AnImageWithoutModulesIsRefused)
{
    fs::remove_all(tree() / "lib");
    for (const auto& selector : {tree().string(), image(), image() + ":" + place().string()})
        EXPECT_TRUE(has(complaint(selector), "lib/modules/" + release)) << complaint(selector);
    EXPECT_TRUE(has(complaint(image() + ":/nonexistent"), "/nonexistent is not a directory"));
}

TEST_F(KernelByPath, WhatIsNoKernelIsNamed)
{
    ASSERT_TRUE(write_file(place() / "text", "hello"));
    EXPECT_TRUE(has(complaint(place() / "text"), "not a bzImage"));
    ASSERT_TRUE(make_directories(place() / "empty"));
    EXPECT_TRUE(has(complaint(place() / "empty"), "no bzImage"));
    EXPECT_TRUE(has(complaint("/nonexistent/vmlinuz"), "ENOENT"));
    EXPECT_TRUE(has(complaint("6.1.99"), "5.10, 6.1, 6.1-oldest, 6.12, newest"));
}

TEST_F(KernelByPath, ADebIsUnpackedAndChecked)
{
    const auto file = deb(tree());
    if (file.empty()) GTEST_SKIP() << "no dpkg-deb";
    auto kernel = find_kernel(file);
    ASSERT_TRUE(kernel) << kernel.error().text();
    EXPECT_EQ(kernel->release, release);
    EXPECT_FALSE(kernel->entry.empty());
    ASSERT_TRUE(write_file(kernel->vmlinuz, fake_bzimage("6.1.99-bad")));
    testing::internal::CaptureStderr();
    kernel = find_kernel(file);
    EXPECT_TRUE(has(testing::internal::GetCapturedStderr(), "making the cache entry again"));
    ASSERT_TRUE(kernel) << kernel.error().text();
    EXPECT_EQ(bzimage_release(kernel->vmlinuz).value(), release);
}

TEST_F(KernelByPath, ADebThatIsNoKernelSaysWhatIsMissing)
{
    fs::remove_all(tree() / "lib");
    auto file = deb(tree());
    if (file.empty()) GTEST_SKIP() << "no dpkg-deb";
    EXPECT_TRUE(has(complaint(file), "no modules in lib/modules/" + release)) << complaint(file);
    fs::remove_all(tree() / "boot");
    file = deb(tree());
    EXPECT_TRUE(has(complaint(file), "not a kernel package")) << complaint(file);
    ASSERT_TRUE(write_file(file, "no archive"));
    EXPECT_TRUE(has(complaint(file), "dpkg cannot unpack it")) << complaint(file);
    for (const auto& at : fs::directory_iterator(cache() / "own-kernels"))
        EXPECT_EQ(at.path().extension(), ".lock") << "left behind: " << at.path();
}

TEST(Bzimage, ReadsTheRelease)
{
    const auto directory = TempDir::make().value();
    const auto file = directory.path() / "bzImage";
    const auto release_of = [&](const std::string& content) {
        EXPECT_TRUE(write_file(file, content));
        const auto found = bzimage_release(file);
        return found ? *found : "error";
    };
    const auto image = fake_bzimage("6.1.0-56-cloud-amd64");
    EXPECT_EQ(release_of(image), "6.1.0-56-cloud-amd64");
    EXPECT_EQ(release_of(""), "error");
    EXPECT_EQ(release_of(image.substr(0, 0x204)), "error");
    EXPECT_EQ(release_of(image.substr(0, 0x2000)), "error"); // the text is cut off
    auto unnamed = image;
    unnamed[0x20e] = unnamed[0x20f] = 0;
    EXPECT_EQ(release_of(unnamed), "error");
}

} // namespace
} // namespace gueway
