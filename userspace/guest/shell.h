// SPDX-License-Identifier: GPL-2.0-only
// The interactive shell of `netlab shell`.
#pragma once

#include <string>

namespace gueway::guest {

// Runs a login shell with `tty` as its controlling terminal; returns its status when it ends.
int run_shell(const std::string& tty);

} // namespace gueway::guest
