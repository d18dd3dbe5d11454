// SPDX-License-Identifier: GPL-2.0-only
#include "lab/manifest.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

class ManifestTest : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(make_directories(top() / "usr/lib/a b"));
        ASSERT_TRUE(write_file(top() / "usr/lib/a b/one", "content"));
        ASSERT_TRUE(write_file(top() / "two", ""));
        fs::create_symlink("usr/lib", top() / "lib");
        ASSERT_TRUE(Manifest::write(top()));
    }
    fs::path top() const { return directory_.path(); }
    // The code of reading `name` by a freshly loaded manifest; 0 when it is good.
    int code(const fs::path& name)
    {
        const auto manifest = Manifest::load(top());
        if (!manifest) return manifest.error().code;
        const auto content = manifest->read(name);
        return content ? 0 : content.error().code;
    }

private:
    TempDir directory_ = TempDir::make().value();
};

TEST_F(ManifestTest, ListsFilesWithSizes)
{
    const auto manifest = Manifest::load(top()).value();
    EXPECT_EQ(manifest.files().size(), 2u);
    EXPECT_EQ(manifest.files().at("usr/lib/a b/one").size, 7u);
    EXPECT_EQ(manifest.bytes(), 7u);
    EXPECT_TRUE(manifest.check_all());
}

TEST_F(ManifestTest, ReadsWhatIsUnchanged)
{
    EXPECT_EQ(Manifest::load(top())->read("usr/lib/a b/one").value(), "content");
    EXPECT_EQ(Manifest::load(top())->read("lib/a b/one").value(), "content"); // through a link
    EXPECT_EQ(code("two"), 0);
}

TEST_F(ManifestTest, FindsEveryDamage)
{
    ASSERT_TRUE(write_file(top() / "usr/lib/a b/one", "c0ntent"));
    EXPECT_EQ(code("usr/lib/a b/one"), EBADMSG);
    EXPECT_FALSE(Manifest::load(top())->check_all());
    ASSERT_TRUE(write_file(top() / "usr/lib/a b/one", "conten"));
    EXPECT_EQ(code("usr/lib/a b/one"), EBADMSG);
    fs::remove(top() / "two");
    EXPECT_EQ(code("two"), EBADMSG);
    ASSERT_TRUE(write_file(top() / "three", "added"));
    EXPECT_EQ(code("three"), EBADMSG);
    EXPECT_EQ(code("../outside"), EBADMSG);
}

TEST_F(ManifestTest, FindsItsOwnDamage)
{
    const auto text = read_file(Manifest::path(top())).value();
    for (const auto& damaged : {std::string(), text.substr(0, text.size() - 1), text + "x\n"}) {
        ASSERT_TRUE(write_file(Manifest::path(top()), damaged));
        EXPECT_EQ(code("two"), EBADMSG);
    }
    fs::remove(Manifest::path(top()));
    EXPECT_EQ(code("two"), ENOENT);
}

} // namespace
} // namespace gueway
