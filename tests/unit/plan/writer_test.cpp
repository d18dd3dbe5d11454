// SPDX-License-Identifier: GPL-2.0-only
#include "plan/writer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

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
    // What is in the file does not count.
    ASSERT_TRUE(write_existing(path, "1                   \n"));
    const auto lock = FileLock::wait(path);
    const auto refused = lock_writer(directory.path());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find(fmt::format("process {} (", ::getpid())),
              std::string::npos)
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
