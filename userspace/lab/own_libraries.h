// SPDX-License-Identifier: GPL-2.0-only
// Programs of a newer suite than this machine's, run with the libraries of their own.
#pragma once

#include "util/file.h"

#include <optional>

namespace gueway {

// The dynamic loader in an unpacked tree of Debian's, as a path relative to `root`; nothing when it
// has none.
std::optional<fs::path> find_loader(const fs::path& root);

// Puts a script in the place of every ELF program of ROOT/usr/lib/linux-kbuild-*, which runs it
// (now PROGRAM.elf) by the loader and the libraries of `root`, wherever that is moved. Does nothing
// to a tree without a loader. Scripts that say what they run are Debian's own way too: modpost
// there picks modpost.real-lsb-64 by the name it was called with, and finds the script of that
// name.
Result<void> run_kbuild_by_own_libraries(const fs::path& root);

} // namespace gueway
