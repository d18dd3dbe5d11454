// SPDX-License-Identifier: GPL-2.0-only
// The indexes of a module tree that modprobe reads.
#pragma once

#include "util/file.h"

#include <string>

namespace gueway {

// Runs depmod for ROOT/lib/modules/RELEASE; a tree that has only usr/lib/modules gets the link
// lib -> usr/lib that a merged system has.
Result<void> index_modules(const fs::path& root, const std::string& release);

// Whether modprobe's answers depend on a file of that name.
bool is_module_index(const std::string& name);

} // namespace gueway
