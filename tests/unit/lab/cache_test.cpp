// SPDX-License-Identifier: GPL-2.0-only
#include "cache_fixture.h"
#include "lab/cache.h"
#include "lab/progress.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include <sys/wait.h>

namespace gueway {
namespace {

class CacheTest : public WithCache {
protected:
    Cache section() { return Cache::open("things").value(); }
    std::vector<std::string> names()
    {
        std::vector<std::string> found;
        for (const auto& at : fs::directory_iterator(section().directory()))
            if (at.path().extension() != ".lock") found.push_back(at.path().filename());
        return found;
    }
};

Cache::Fill writing(const std::string& content)
{
    return [content](const fs::path& directory) { return write_file(directory / "f", content); };
}

Result<void> check_f(const fs::path& entry)
{
    TRY(TRY(Manifest::load(entry)).read("f"));
    return {};
}

TEST_F(CacheTest, FillsOnce)
{
    int fills = 0;
    const auto fill = [&](const fs::path& directory) {
        ++fills;
        return write_file(directory / "f", "content");
    };
    const auto entry = section().get("key", fill);
    ASSERT_TRUE(entry) << entry.error().text();
    EXPECT_EQ(section().get("key", fill).value(), *entry);
    EXPECT_EQ(fills, 1);
    EXPECT_EQ(read_file(*entry / "f").value(), "content");
    EXPECT_TRUE(section().holds("key"));
}

TEST_F(CacheTest, FillsOnceForAllAtOnce)
{
    std::atomic<int> fills = 0;
    const auto fill = [&](const fs::path& directory) -> Result<void> {
        ++fills;
        std::this_thread::sleep_for(std::chrono::milliseconds(20)); // be in each other's way
        return write_file(directory / "f", "content");
    };
    std::atomic<int> good = 0;
    std::vector<std::thread> runs;
    runs.reserve(8);
    for (int i = 0; i < 8; ++i)
        runs.emplace_back([&] {
            const auto entry = section().get("key", fill);
            if (entry && check_f(*entry)) ++good;
        });
    for (auto& run : runs) run.join();
    EXPECT_EQ(good, 8);
    EXPECT_EQ(fills, 1);
}

TEST_F(CacheTest, AFailedFillLeavesNothing)
{
    const auto entry = section().get("key", [](const fs::path& directory) -> Result<void> {
        TRY(write_file(directory / "half", "x"));
        return error("fill", "fail", "on purpose");
    });
    ASSERT_FALSE(entry);
    EXPECT_EQ(entry.error().detail, "on purpose");
    EXPECT_FALSE(section().holds("key"));
    EXPECT_TRUE(names().empty());
}

TEST_F(CacheTest, WhatAKilledRunLeftIsSweptByTheNext)
{
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        (void)section().get("key", [](const fs::path& directory) -> Result<void> {
            TRY(write_file(directory / "half", "x"));
            ::raise(SIGKILL);
            return {};
        });
        ::_exit(1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_FALSE(section().holds("key"));
    EXPECT_EQ(names(), std::vector<std::string>{"key.tmp"});
    ASSERT_TRUE(section().get("other", writing("y")));
    EXPECT_EQ(names(), std::vector<std::string>{"other"});
    const auto entry = section().get("key", writing("y"));
    ASSERT_TRUE(entry) << entry.error().text();
    EXPECT_FALSE(fs::exists(*entry / "half"));
}

TEST_F(CacheTest, ARunningFillIsNotSwept)
{
    const auto entry = section().get("slow", [&](const fs::path& directory) -> Result<void> {
        TRY(section().get("quick", writing("q")));
        return write_file(directory / "f", "s");
    });
    ASSERT_TRUE(entry) << entry.error().text();
    EXPECT_TRUE(check_f(*entry));
}

TEST_F(CacheTest, MendsADamagedEntryOnce)
{
    const auto entry = section().get("key", writing("good")).value();
    ASSERT_TRUE(write_file(entry / "f", "bad!"));
    testing::internal::CaptureStderr();
    const auto again = section().get("key", writing("good"), check_f);
    const auto said = testing::internal::GetCapturedStderr();
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(read_file(*again / "f").value(), "good");
    EXPECT_NE(said.find((entry / "f").string()), std::string::npos) << said;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

TEST_F(CacheTest, GivesUpOnWhatIsNeverGood)
{
    int fills = 0;
    testing::internal::CaptureStderr();
    const auto entry = section().get(
        "key",
        [&](const fs::path& directory) {
            ++fills;
            return write_file(directory / "f", "x");
        },
        [](const fs::path&) -> Result<void> { return error("it", "check", "never good"); });
    testing::internal::GetCapturedStderr();
    ASSERT_FALSE(entry);
    EXPECT_EQ(entry.error().detail, "never good");
    EXPECT_EQ(fills, 2);
}

TEST(CacheRoot, ComesFromTheEnvironment)
{
    const auto directory = TempDir::make().value();
    const auto d = [&](const char* name) { return (directory.path() / name).string(); };
    ::unsetenv("GUEWAY_CACHE");
    const char* home = std::getenv("HOME");
    const std::string old_home = home ? home : "";
    ::setenv("HOME", d("home").c_str(), 1);
    ::unsetenv("XDG_CACHE_HOME");
    EXPECT_EQ(cache_root().value(), d("home") + "/.cache/gueway");
    ::setenv("XDG_CACHE_HOME", d("xdg").c_str(), 1);
    EXPECT_EQ(cache_root().value(), d("xdg") + "/gueway");
    ::setenv("GUEWAY_CACHE", d("own").c_str(), 1);
    EXPECT_EQ(cache_root().value(), d("own"));
    ::unsetenv("GUEWAY_CACHE");
    ::unsetenv("XDG_CACHE_HOME");
    ::setenv("HOME", "", 1);
    EXPECT_NE(cache_root().error().remedy.find("GUEWAY_CACHE"), std::string::npos);
    ::setenv("HOME", old_home.c_str(), 1);
}

TEST(CacheError, SaysWhereElseToGo)
{
    const Error denied{"f", "create", EACCES, {}, {}};
    EXPECT_NE(cache_error(denied, "/").remedy.find("GUEWAY_CACHE"), std::string::npos);
    const Error other{"f", "create", EIO, {}, "keep this"};
    EXPECT_EQ(cache_error(other, "/nonexistent").remedy, "keep this");
}

} // namespace
} // namespace gueway
