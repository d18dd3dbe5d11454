// SPDX-License-Identifier: GPL-2.0-only
// The indexes of a module tree that modprobe reads.
#pragma once

#include "util/file.h"

#include <string>
#include <vector>

namespace gueway {

// Runs depmod for ROOT/lib/modules/RELEASE; a tree that has only usr/lib/modules gets the link
// lib -> usr/lib that a merged system has.
Result<void> index_modules(const fs::path& root, const std::string& release);

// What modprobe's answers depend on, relative to the release's directory.
const std::vector<std::string>& module_indexes();

} // namespace gueway
