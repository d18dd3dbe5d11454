// SPDX-License-Identifier: GPL-2.0-only
// netlab as a user runs it: from the top of the checkout, by its command line.
#pragma once

#include "util/file.h"
#include "util/json.h"
#include "util/process.h"

#include <string>

#include <gtest/gtest.h>

namespace gueway {

constexpr const char* netlab_program = "build/bin/netlab";

inline Outcome netlab(const Argv& arguments)
{
    Argv argv = {netlab_program};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    auto outcome = run(argv);
    EXPECT_TRUE(outcome) << outcome.error().text();
    return outcome.value_or(Outcome{});
}

} // namespace gueway
