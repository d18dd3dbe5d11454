// SPDX-License-Identifier: GPL-2.0-only
// What is in a capture file; that other programs read it is tests/lab/host's.
#include "matrix/capture_file.h"
#include "tests/assert_ok.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

size_t count(const std::string& in, std::string_view what)
{
    size_t found = 0;
    for (size_t at = in.find(what); at != in.npos; at = in.find(what, at + 1)) ++found;
    return found;
}

Captured frame(const std::string& text, uint64_t unix_ns)
{
    Captured made{.bytes = {text.begin(), text.end()}};
    made.unix_ns = unix_ns;
    return made;
}

TEST(CaptureFile, EachPlaceIsAnInterface)
{
    const auto head = capture_head("6.1.0-56");
    EXPECT_EQ(count(head, "Linux 6.1.0-56"), 1U);
    EXPECT_EQ(count(head, "worker/u"), 3U);
    EXPECT_EQ(count(head, "client/i"), entrances().size());
}

TEST(CaptureFile, FramesAreInTheOrderOfTime)
{
    Observation seen;
    seen.worker = {frame("first", 10), frame("third", 30)};
    seen.aside = {frame("fence", 40)};
    seen.client = {frame("second", 20)};
    const auto blocks = capture_blocks({.cell = Cell{}}, seen);
    EXPECT_LT(blocks.find("first"), blocks.find("second"));
    EXPECT_LT(blocks.find("second"), blocks.find("third"));
    EXPECT_LT(blocks.find("third"), blocks.find("fence"));
    EXPECT_EQ(count(blocks, aside_note), 1U);
    EXPECT_GT(blocks.find(aside_note), blocks.find("fence"));
}

TEST(CaptureFile, CommentsSayWhatIsBesideTheBytes)
{
    Observation seen;
    seen.worker = {frame("whole", 0)};
    auto& one = seen.worker.front();
    one.checksum_pending = true;
    one.vlan = 100;
    one.offload = FrameOffload{.gso_type = gso_tcp4, .segment = 1448};
    const CellResult result{.cell = Cell{}, .outcome = Outcome::known, .bugs = {"N1"}};
    const auto blocks = capture_blocks(result, seen);
    for (const std::string& text :
         {std::string("gue/in4/out4/tcp-gso/fits/wire"), std::string("known: N1"),
          std::string(pending_note), std::string(tagged_note) + "0x0064",
          std::string(whole_note) + "1448"})
        EXPECT_EQ(count(blocks, text), 1U) << text;
    EXPECT_EQ(capture_blocks(result, {}), "");
}

TEST(CaptureFile, ItsHeadIsWrittenOnce)
{
    const auto directory = TempDir::make();
    ASSERT_OK(directory);
    const auto path = directory->path() / "cells.pcapng";
    {
        auto file = CaptureFile::create(path);
        ASSERT_OK(file);
        ASSERT_OK(file->begin("6.1"));
        ASSERT_OK(file->begin("6.1"));
        ASSERT_OK(file->write("blocks"));
    }
    EXPECT_EQ(read_file(path).value_or(""), capture_head("6.1") + "blocks");
    EXPECT_FALSE(CaptureFile::create(directory->path() / "none" / "cells.pcapng"));
}

} // namespace
} // namespace gueway::matrix
