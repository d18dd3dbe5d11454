// SPDX-License-Identifier: GPL-2.0-only
#include "util/file.h"

#include <atomic>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(File, WriteReplacesAndLeavesNoTemporary)
{
    const auto dir = TempDir::make().value();
    const auto path = dir.path() / "f";
    ASSERT_TRUE(write_file(path, "one"));
    ASSERT_TRUE(write_file(path, "two"));
    EXPECT_EQ(read_file(path).value(), "two");
    EXPECT_EQ(std::distance(fs::directory_iterator(dir.path()), {}), 1);
}

TEST(File, WriteIntoMissingDirectoryNamesIt)
{
    const auto failed = write_file("/no/such/directory/f", "x");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ENOENT);
}

TEST(File, FullDiskSaysSo)
{
    Fd full(::open("/dev/full", O_WRONLY));
    const auto failed = write_all(full.get(), "x", "/dev/full");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().text(),
              "/dev/full: write: No space left on device (ENOSPC): free some disk space");
}

TEST(File, ReadsWhatHasNoSize)
{
    EXPECT_FALSE(read_file("/proc/self/status").value().empty());
}

TEST(File, ReadsNoMoreThanItMay)
{
    const auto endless = read_file("/dev/zero", 1000);
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().code, EFBIG);
    const auto dir = TempDir::make().value();
    ASSERT_TRUE(write_file(dir.path() / "f", "12345"));
    EXPECT_EQ(read_file(dir.path() / "f", 5).value(), "12345");
    EXPECT_FALSE(read_file(dir.path() / "f", 4));
}

TEST(TempDir, GoesAwayWithAllItHolds)
{
    fs::path where;
    {
        const auto dir = TempDir::make().value();
        where = dir.path();
        ASSERT_TRUE(make_directories(where / "a/b"));
        ASSERT_TRUE(write_file(where / "a/b/c", "x"));
    }
    EXPECT_FALSE(fs::exists(where));
}

TEST(FileLock, SecondHolderWaitsForTheFirst)
{
    const auto dir = TempDir::make().value();
    std::atomic<bool> released = false, saw_release = false;
    std::thread second;
    {
        const auto first = FileLock::wait(dir.path() / "lock").value();
        second = std::thread([&] {
            const auto lock = FileLock::wait(dir.path() / "lock").value();
            saw_release = released.load();
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(20)); // lets a broken lock be seen
        released = true;
    }
    second.join();
    EXPECT_TRUE(saw_release);
}

} // namespace
} // namespace gueway
