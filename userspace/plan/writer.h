// SPDX-License-Identifier: GPL-2.0-only
// One writer per network namespace: what is between reading a state and changing it.
#pragma once

#include "util/file.h"
#include "util/result.h"

namespace gueway::plan {

// A lock on the calling thread's network namespace, held until destruction: two applies do not mix.
// EBUSY at once when another process has it, and says which. It keeps our own programs apart only:
// who writes without it (ipvsadm, ip) is noticed by reading back. The lock is a file in
// `directory`, which is made if it is missing.
Result<FileLock> lock_writer(const fs::path& directory = "/run/gueway");

} // namespace gueway::plan
