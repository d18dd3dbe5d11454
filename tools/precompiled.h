// SPDX-License-Identifier: GPL-2.0-only
// What the compiler reads once for all programs, before each file of theirs.
#include "userspace/precompiled.h"

#include <CLI/CLI.hpp>
