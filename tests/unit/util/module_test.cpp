// SPDX-License-Identifier: GPL-2.0-only
#include "util/module.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Module, OneThatNoKernelHasIsNotPresentAndNotLoaded)
{
    const std::string name = "gueway-no-such-module";
    EXPECT_FALSE(module_present(name).value());
    const auto loaded = load_module(name);
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().text().find("kernel module " + name), std::string::npos)
        << loaded.error().text();
}

// The names are those of the kernel's list and of its directories alike.
TEST(Module, LoadedOnesArePresent)
{
    for (const auto& name : loaded_modules()) EXPECT_TRUE(module_present(name).value()) << name;
    EXPECT_FALSE(loaded_modules().contains("gueway_no_such_module"));
}

} // namespace
} // namespace gueway
