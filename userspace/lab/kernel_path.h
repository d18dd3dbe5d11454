// SPDX-License-Identifier: GPL-2.0-only
// A person's own kernel: a .deb, a directory, a bzImage with its modules.
#pragma once

#include "lab/kernel.h"

namespace gueway {

// Whether a selector is meant as a path: it has a slash or exists.
bool looks_like_path(const std::string& selector);

// The path forms of find_kernel.
Result<Kernel> kernel_by_path(const std::string& selector, const Cache::Check& also);

// The check of a cache entry that holds a kernel: vmlinuz and the module indexes.
Result<void> check_kernel_entry(const fs::path& entry);

} // namespace gueway
