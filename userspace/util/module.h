// SPDX-License-Identifier: GPL-2.0-only
// Modules of the running kernel.
#pragma once

#include "util/result.h"

#include <set>
#include <string>

namespace gueway {

// As uname -r says.
std::string kernel_release();

// Loaded, or part of the kernel itself. '-' and '_' are the same, as to modprobe(8). An Error only
// when the kernel's list of built-in modules is there and cannot be read.
Result<bool> module_present(const std::string& name);

// The loaded ones, by the kernel's names (/proc/modules); none when the kernel has no modules.
std::set<std::string> loaded_modules();

// modprobe(8); does nothing for one that is present. An Error has modprobe's words.
Result<void> load_module(const std::string& name);

// delete_module(2), which does not wait: EWOULDBLOCK when something holds it, ENOENT when it is not
// loaded.
Result<void> unload_module(const std::string& name);

} // namespace gueway
