// SPDX-License-Identifier: GPL-2.0-only
// What the compiler reads once for all tests, before each.
#include "userspace/precompiled.h"
#include "util/file.h"

#include <gtest/gtest.h>
