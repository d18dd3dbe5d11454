// SPDX-License-Identifier: GPL-2.0-only
#include "trace/namespaces.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

uint32_t number(const fs::path& file)
{
    struct stat seen{};
    EXPECT_EQ(::stat(file.c_str(), &seen), 0);
    return static_cast<uint32_t>(seen.st_ino);
}

// A file stands for a namespace: both have a number.
class Namespaces : public testing::Test {
protected:
    TempDir directory_ = TempDir::make().value();
    fs::path a_ = directory_.path() / "a", b_ = directory_.path() / "b";
    NamespaceNames names_{directory_.path()};

    // As if it were long ago, so that nothing but a change makes it look again.
    void settle()
    {
        fs::last_write_time(directory_.path(),
                            fs::file_time_type::clock::now() - std::chrono::hours(++hours_));
    }

private:
    int hours_ = 0;
};

TEST_F(Namespaces, AreCalledByTheirNewNameWhenItChanged)
{
    ASSERT_TRUE(write_file(a_, ""));
    settle();
    const auto a = number(a_);
    EXPECT_EQ(names_.find(a), "a");
    fs::rename(a_, b_);
    EXPECT_EQ(names_.find(a), "b");
}

TEST_F(Namespaces, AreRememberedWhenTheyAreGone)
{
    ASSERT_TRUE(write_file(a_, ""));
    const auto a = number(a_);
    EXPECT_EQ(names_.find(a), "a");
    fs::remove(a_);
    EXPECT_EQ(names_.find(a), "a");
}

TEST_F(Namespaces, WithoutANameAreLookedForAgain)
{
    ASSERT_TRUE(write_file(a_, ""));
    const auto a = number(a_);
    const auto elsewhere = TempDir::make().value();
    fs::rename(a_, elsewhere.path() / "a");
    settle();
    EXPECT_EQ(names_.find(a), "netns " + std::to_string(a));
    fs::rename(elsewhere.path() / "a", a_);
    EXPECT_EQ(names_.find(a), "a");
}

} // namespace
} // namespace gueway
