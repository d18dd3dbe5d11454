// SPDX-License-Identifier: GPL-2.0-only
#include "util/output_file.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

class OutputFileTest : public testing::Test {
protected:
    TempDir directory_ = TempDir::make().value();
    const std::string path_ = directory_.path() / "out";
};

TEST_F(OutputFileTest, ReplacesWhatWasThere)
{
    ASSERT_TRUE(write_file(path_, "a long text that was there before"));
    auto file = OutputFile::create(path_);
    ASSERT_TRUE(file) << file.error().text();
    ASSERT_TRUE(file->write("one "));
    ASSERT_TRUE(file->write("two"));
    EXPECT_EQ(read_file(path_).value(), "");
    ASSERT_TRUE(file->flush());
    EXPECT_EQ(read_file(path_).value(), "one two");
}

TEST_F(OutputFileTest, WritesByItselfWhenMuchHasCome)
{
    auto file = OutputFile::create(path_).value();
    const std::string much(1 << 17, 'x');
    ASSERT_TRUE(file.write(much));
    EXPECT_EQ(read_file(path_).value(), much);
}

TEST_F(OutputFileTest, RefusesAFileThatAnotherOneWrites)
{
    auto first = OutputFile::create(path_).value();
    ASSERT_TRUE(first.write("mine"));
    ASSERT_TRUE(first.flush());
    const auto second = OutputFile::create(path_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EBUSY);
    EXPECT_EQ(read_file(path_).value(), "mine");
}

TEST_F(OutputFileTest, NamesTheFileWhenTheDiskIsFull)
{
    auto file = OutputFile::create("/dev/full").value();
    ASSERT_TRUE(file.write("x"));
    const auto refused = file.flush();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().object, "/dev/full");
    EXPECT_EQ(refused.error().code, ENOSPC);
    EXPECT_FALSE(OutputFile::create(directory_.path() / "no" / "such"));
}

} // namespace
} // namespace gueway
