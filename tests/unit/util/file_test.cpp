// SPDX-License-Identifier: GPL-2.0-only
#include "util/file.h"

#include <atomic>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

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

TEST(File, ALinkStaysAndItsTargetIsReplaced)
{
    const auto dir = TempDir::make().value();
    ASSERT_TRUE(make_directories(dir.path() / "there"));
    ASSERT_TRUE(write_file(dir.path() / "there/old", "before"));
    for (const char* name : {"old", "not-yet"}) {
        const auto link = dir.path() / (std::string("to-") + name);
        fs::create_symlink(fs::path("there") / name, link);
        ASSERT_TRUE(write_file(link, name));
        EXPECT_TRUE(fs::is_symlink(link));
        EXPECT_EQ(read_file(dir.path() / "there" / name).value(), name);
    }
    fs::create_symlink("round", dir.path() / "round");
    const auto failed = write_file(dir.path() / "round", "x");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ELOOP);
}

TEST(File, APipeIsWrittenAndStays)
{
    const auto dir = TempDir::make().value();
    const auto pipe = dir.path() / "pipe", link = dir.path() / "link";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    fs::create_symlink(pipe, link);
    Fd reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK));
    ASSERT_TRUE(prepare_file(link));
    ASSERT_TRUE(write_file(pipe, "one"));
    ASSERT_TRUE(write_file(link, "two"));
    char said[10] = {};
    EXPECT_EQ(::read(reader.get(), said, sizeof said), 6);
    EXPECT_STREQ(said, "onetwo");
    EXPECT_TRUE(fs::is_fifo(pipe));
    EXPECT_TRUE(fs::is_symlink(link));
}

TEST(File, AFullDeviceIsAnErrorAndStays)
{
    const auto dir = TempDir::make().value();
    const auto link = dir.path() / "full";
    fs::create_symlink("/dev/full", link);
    const auto failed = write_file(link, "x");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ENOSPC);
    EXPECT_TRUE(fs::is_symlink(link));
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST(File, AnOpenFileOfAProcessIsWrittenAtItsEnd)
{
    const auto dir = TempDir::make().value();
    const auto file = dir.path() / "f";
    ASSERT_TRUE(write_file(file, "one"));
    Fd open(::open(file.c_str(), O_WRONLY));
    ASSERT_TRUE(write_file("/proc/self/fd/" + std::to_string(open.get()), "two"));
    EXPECT_EQ(read_file(file).value(), "onetwo");
}

TEST(File, WhetherOneCanBeWrittenIsKnownBefore)
{
    const auto dir = TempDir::make().value();
    ASSERT_TRUE(prepare_file(dir.path() / "a/b/f"));
    EXPECT_TRUE(fs::is_empty(dir.path() / "a/b"));
    EXPECT_FALSE(prepare_file(dir.path() / "a"));
    EXPECT_FALSE(prepare_file("/proc/no/such"));
    ASSERT_TRUE(write_file(dir.path() / "f", "kept"));
    ASSERT_TRUE(prepare_file(dir.path() / "f"));
    EXPECT_EQ(read_file(dir.path() / "f").value(), "kept");
    EXPECT_FALSE(prepare_file(dir.path() / "f/g"));
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
