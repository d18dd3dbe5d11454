// SPDX-License-Identifier: GPL-2.0-only
// directorctl as ipvsadm: `directorctl -A ...`, or called by that name.
#pragma once

namespace gueway {

// argv[0] is the program, the rest ipvsadm's arguments. Returns ipvsadm's exit status: 0, 2 for a
// command line that is none, 255 when the kernel refused.
int run_ipvsadm(int argc, char** argv);

} // namespace gueway
