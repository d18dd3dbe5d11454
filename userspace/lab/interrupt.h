// SPDX-License-Identifier: GPL-2.0-only
// Ctrl-C and SIGTERM as a question that long work asks, so that it unwinds instead of vanishing.
#pragma once

namespace gueway {

// From now on SIGINT, SIGTERM and SIGHUP set a flag and interrupt system calls.
void catch_interrupts();
// The signal that came, or 0.
int interrupted();

} // namespace gueway
