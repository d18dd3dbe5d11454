// SPDX-License-Identifier: GPL-2.0-only
#include "plan/writer.h"

#include <gtest/gtest.h>

namespace gueway::plan {
namespace {

TEST(Writer, OnlyOneAtATime)
{
    const auto directory = TempDir::make().value();
    const auto first = lock_writer(directory.path() / "locks");
    ASSERT_TRUE(first) << first.error().text();
    const auto second = lock_writer(directory.path() / "locks");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EBUSY);
    EXPECT_NE(second.error().text().find(std::to_string(::getpid())), std::string::npos)
        << second.error().text();
}

TEST(Writer, WhoHadTheLockBeforeIsNotBlamed)
{
    const auto directory = TempDir::make().value();
    ASSERT_TRUE(lock_writer(directory.path())); // makes the file, and lets go
    const auto path = fs::directory_iterator(directory.path())->path();
    ASSERT_TRUE(write_file(path, "4194305\n")); // above the largest that there can be
    const auto lock = FileLock::wait(path);
    const auto refused = lock_writer(directory.path());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("another process is applying here"), std::string::npos)
        << refused.error().text();
}

// Nobody makes directories there, root or not.
TEST(Writer, WhoMayNotIsToldWhatItTakes)
{
    const auto refused = lock_writer("/sys/gueway");
    ASSERT_FALSE(refused);
    const auto text = refused.error().text();
    EXPECT_TRUE(text.starts_with("/sys/gueway: create directory (for the lock that keeps writers "
                                 "apart): "))
        << text;
    EXPECT_TRUE(text.ends_with(": needs root, and a writable /sys")) << text;
}

} // namespace
} // namespace gueway::plan
