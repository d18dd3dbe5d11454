// SPDX-License-Identifier: GPL-2.0-only
#include "util/file.h"
#include "util/pipeline.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

TEST(Pipeline, CarriesBytesFromStageToStage)
{
    const auto directory = TempDir::make();
    ASSERT_TRUE(directory);
    const auto file = directory->path() / "out";
    const auto ran = run_pipeline({{"sh", "-c", "yes | head -c 1000000"},
                                   {"tr", "-d", "\\n"},
                                   {"sh", "-c", "cat > " + file.string()}});
    ASSERT_TRUE(ran) << ran.error().text();
    EXPECT_EQ(read_file(file)->size(), 500000u);
}

TEST(Pipeline, NamesTheStageThatFailed)
{
    ASSERT_TRUE(run({"true"})); // run() makes this process deaf to SIGPIPE: not so its children
    for (const std::vector<Argv>& stages :
         {std::vector<Argv>{{"sh", "-c", "echo bad >&2; exit 3"}, {"cat"}},
          std::vector<Argv>{{"sh", "-c", "yes; exit 0"}, {"sh", "-c", "echo bad >&2; exit 3"}}}) {
        const auto ran = run_pipeline(stages);
        ASSERT_FALSE(ran);
        EXPECT_EQ(ran.error().detail, "status 3, bad") << ran.error().text();
    }
}

TEST(Pipeline, AReaderThatLeavesEarlyIsAFailureOfItsWriter)
{
    const auto ran = run_pipeline({{"yes"}, {"head", "-c", "10"}});
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().object, "yes");
    EXPECT_EQ(ran.error().detail, "status 141");
}

TEST(Pipeline, AMissingProgramIsAnErrorAndEndsTheOthers)
{
    const auto ran = run_pipeline({{"sleep", "60"}, {"no-such-program-here"}});
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().code, ENOENT);
}

TEST(Pipeline, StopsWhenTold)
{
    const auto begin = Deadline::Clock::now();
    const auto ran = run_pipeline({{"sleep", "60"}, {"cat"}}, [] { return true; });
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().code, EINTR);
    EXPECT_LT(Deadline::Clock::now() - begin, 10s);
}

} // namespace
} // namespace gueway
