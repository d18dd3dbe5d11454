// SPDX-License-Identifier: GPL-2.0-only
#include "util/brought_module.h"
#include "util/module.h"
#include "util/process.h"
#include "util/text.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Module, ReleaseIsWhatUnameSays)
{
    EXPECT_EQ(kernel_release(), trim(run_ok({"uname", "-r"}).value()));
}

TEST(BroughtModule, OneThatIsNotThereSaysWhoBringsIt)
{
    for (const auto& failed : {LoadedModule::load("gueway_none").error(),
                               load_brought_module("gueway_none", "hook=least").error()}) {
        EXPECT_EQ(failed.code, ENOENT);
        EXPECT_EQ(failed.object, "/lib/gueway/gueway_none.ko");
        EXPECT_EQ(failed.remedy, "the guest brings it: --add +DIRECTORY");
    }
    EXPECT_EQ(InstalledModule::install("gueway_none").error().code, ENOENT);
}

} // namespace
} // namespace gueway
