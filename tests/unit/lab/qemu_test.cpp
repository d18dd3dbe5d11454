// SPDX-License-Identifier: GPL-2.0-only
#include "lab/qemu.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

using namespace qemu;

std::string words(const Argv& argv)
{
    return quoted(argv);
}

TEST(Qemu, SmpLaneHasTwoProcessorsAndNoBrokenInstruction)
{
    const auto line = words(command(Processor{Lane::smp, Accelerator::tcg}));
    EXPECT_NE(line.find("-smp 2"), std::string::npos);
    EXPECT_NE(line.find("max,-cx16"), std::string::npos);
    EXPECT_EQ(line.find("icount"), std::string::npos);
}

TEST(Qemu, ExactLaneTakesNothingFromTheHost)
{
    const auto line = words(command(Processor{Lane::exact, Accelerator::tcg}));
    for (const char* part : {"-smp 1", "-icount shift=0,sleep=off", "clock=vm", "-seed 1"})
        EXPECT_NE(line.find(part), std::string::npos) << part;
}

TEST(Qemu, KvmOnlyWhenAsked)
{
    EXPECT_EQ(words(command(Processor{Lane::smp, Accelerator::tcg})).find("kvm"),
              std::string::npos);
    EXPECT_NE(words(command(Processor{Lane::smp, Accelerator::kvm})).find("kvm"),
              std::string::npos);
}

TEST(Qemu, WordsForTheKernelComeLast)
{
    EXPECT_TRUE(command_line(Lane::smp, {"lockdown=integrity", "nosmt"})
                    .ends_with(" lockdown=integrity nosmt"));
}

TEST(Qemu, KernelIsNeverToldToBeQuiet)
{
    for (const auto lane : {Lane::smp, Lane::exact}) {
        EXPECT_EQ(command_line(lane).find("quiet"), std::string::npos);
        EXPECT_NE(command_line(lane).find("loglevel=5"), std::string::npos);
        EXPECT_NE(command_line(lane).find("no_timer_check"), std::string::npos);
    }
    EXPECT_NE(command_line(Lane::exact).find("nokaslr"), std::string::npos);
    EXPECT_EQ(command_line(Lane::smp).find("nokaslr"), std::string::npos);
}

} // namespace
} // namespace gueway
