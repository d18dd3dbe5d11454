// SPDX-License-Identifier: GPL-2.0-only
#include "lab/progress.h"
#include "util/fd.h"

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

// What `use` makes a Progress write, to a pipe or to a terminal.
template <class F>
std::string written(bool terminal, F&& use)
{
    std::array<int, 2> ends{};
    if (terminal ? ::openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr) != 0
                 : ::pipe(ends.data()) != 0)
        return "no pipe";
    const Fd read(ends[0]);
    Fd write(ends[1]);
    Progress progress(write.get());
    use(progress);
    // A terminal hands on what was written in its own time; its end comes after all of it.
    write.reset();
    std::string text;
    std::array<char, 4096> block{};
    for (ssize_t n = 0; (n = ::read(read.get(), block.data(), block.size())) > 0;)
        text.append(block.data(), static_cast<size_t>(n));
    return text;
}

void transfer(Progress& progress)
{
    progress.transferring("linux-image", 5'000'000, 10'000'000);
    progress.transferred("linux-image", 10'000'000, 2s);
}

TEST(Progress, ABarOnATerminal)
{
    const auto text = written(true, transfer);
    EXPECT_NE(text.find("50%"), std::string::npos) << text;
    EXPECT_NE(text.find("linux-image"), std::string::npos);
    EXPECT_EQ(text.find('\n'), std::string::npos); // and it is gone afterwards
    EXPECT_TRUE(text.ends_with("\r\x1b[K"));
}

TEST(Progress, NothingInAPipe)
{
    EXPECT_EQ(written(false, transfer), "");
}

TEST(Progress, ALinePerTransferWhenVerbose)
{
    const auto text = written(false, [](Progress& progress) {
        progress.set_verbose(true);
        transfer(progress);
    });
    EXPECT_EQ(text, "fetched linux-image: 10.0 MB in 2.0 s\n");
}

TEST(Progress, NotesAreAlwaysShown)
{
    EXPECT_EQ(written(false, [](Progress& progress) { progress.note("using the cache"); }),
              "using the cache\n");
}

TEST(Progress, AddsUpTheDownloads)
{
    Progress progress(-1);
    transfer(progress);
    transfer(progress);
    EXPECT_EQ(progress.total().bytes, 20'000'000u);
    EXPECT_EQ(progress.total().text(), "downloads: 4.0 s, 20.0 MB");
}

} // namespace
} // namespace gueway
