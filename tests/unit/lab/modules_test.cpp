// SPDX-License-Identifier: GPL-2.0-only
#include "cache_fixture.h"
#include "fake_kernel.h"
#include "lab/modules.h"
#include "util/process.h"

namespace gueway {
namespace {

const std::string release = "6.1.99-own";

class Modules : public WithCache {
protected:
    void SetUp() override
    {
        WithCache::SetUp();
        if (!fs::exists("/sbin/modprobe")) GTEST_SKIP() << "no modprobe: apt-get install kmod";
        const auto made = fake_kernel(place(), release);
        ASSERT_TRUE(made) << made.error().text();
    }
    fs::path net() const { return place() / "lib/modules" / release / "kernel/net"; }
    Kernel kernel() const { return find_kernel(place()).value(); }
    static std::vector<std::string> names(const std::vector<ModuleFile>& modules)
    {
        std::vector<std::string> found;
        found.reserve(modules.size());
        for (const auto& m : modules) found.push_back(m.name);
        return found;
    }
};

TEST_F(Modules, ComeInTheOrderOfLoadingOnce)
{
    const auto closure = module_closure(kernel(), {"alpha", "beta_two", "alpha"});
    ASSERT_TRUE(closure) << closure.error().text();
    EXPECT_EQ(names(*closure), (std::vector<std::string>{"beta_two", "alpha"}));
    EXPECT_EQ(closure->front().guest_path, "kernel/net/beta-two.ko");
    EXPECT_EQ(module_bytes(closure->front()).value(), fake_module("name=beta_two"));
}

TEST_F(Modules, BuiltInNeedsNoFile)
{
    const auto closure = module_closure(kernel(), {"gamma"});
    ASSERT_TRUE(closure) << closure.error().text();
    EXPECT_TRUE(closure->empty());
}

TEST_F(Modules, AreThereAsFilesOrBuiltIn)
{
    for (const char* name : {"alpha", "beta_two", "gamma"})
        EXPECT_TRUE(has_module(kernel(), name).value()) << name;
    EXPECT_FALSE(has_module(kernel(), "delta").value());
}

TEST_F(Modules, EveryMissingOneIsNamed)
{
    const auto closure = module_closure(kernel(), {"delta", "alpha", "epsilon"});
    ASSERT_FALSE(closure);
    EXPECT_NE(closure.error().text().find("delta, epsilon"), std::string::npos);
    EXPECT_NE(closure.error().text().find(release), std::string::npos);
    const auto some = module_closure(kernel(), {"delta", "beta_two"}, Missing::skipped);
    ASSERT_TRUE(some) << some.error().text();
    EXPECT_EQ(names(*some), std::vector<std::string>{"beta_two"});
}

TEST_F(Modules, AreDecompressed)
{
    for (const auto& [program, suffix] : {std::pair{"xz", ".xz"}, {"gzip", ".gz"}}) {
        if (!run({program, "--version"})) GTEST_SKIP() << "no " << program;
        ASSERT_TRUE(run_ok({program, "-k", net() / "beta-two.ko"}));
        const ModuleFile file{"beta_two", net() / (std::string("beta-two.ko") + suffix), "", {}};
        const auto bytes = module_bytes(file);
        ASSERT_TRUE(bytes) << bytes.error().text();
        EXPECT_EQ(*bytes, fake_module("name=beta_two"));
    }
}

TEST_F(Modules, CompressedOnesAreFoundByTheirPlainPath)
{
    ASSERT_TRUE(run_ok({"xz", net() / "alpha.ko", net() / "beta-two.ko"}));
    const auto closure = module_closure(kernel(), {"alpha"});
    ASSERT_TRUE(closure) << closure.error().text();
    EXPECT_EQ(names(*closure), (std::vector<std::string>{"beta_two", "alpha"}));
    EXPECT_EQ(closure->back().guest_path, "kernel/net/alpha.ko");
    EXPECT_EQ(closure->back().file.extension(), ".xz");
}

TEST_F(Modules, ABrokenCompressedFileIsAnError)
{
    ASSERT_TRUE(write_file(net() / "bad.ko.xz", "no xz"));
    const auto bytes = module_bytes({"bad", net() / "bad.ko.xz", "", {}});
    ASSERT_FALSE(bytes);
    EXPECT_NE(bytes.error().object.find("bad.ko.xz"), std::string::npos);
}

} // namespace
} // namespace gueway
