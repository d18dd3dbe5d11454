// SPDX-License-Identifier: GPL-2.0-only
// The two things that droptrace does, each to its end. They return the exit status.
#pragma once

#include "arguments.h"

#include <atomic>

namespace gueway {

int watch(const Arguments& arguments, const std::atomic<bool>& stop);
int follow(const Arguments& arguments, const std::atomic<bool>& stop);

} // namespace gueway
