// SPDX-License-Identifier: GPL-2.0-only
// A Result that must be a success, for tests that cannot go on without it.
#pragma once

#include <gtest/gtest.h>

#define ASSERT_OK(expression)                                                                      \
    do {                                                                                           \
        const auto& ok_ = (expression);                                                            \
        ASSERT_TRUE(ok_) << ok_.error().text();                                                    \
    } while (false)
