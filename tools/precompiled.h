// SPDX-License-Identifier: GPL-2.0-only
// What the compiler reads once for all files of programs that include CLI11, before each.
#include "userspace/precompiled.h"

#include <CLI/CLI.hpp>
