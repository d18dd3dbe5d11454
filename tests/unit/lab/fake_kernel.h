// SPDX-License-Identifier: GPL-2.0-only
// Files that look like a kernel to depmod, modprobe and us, made without a compiler.
#pragma once

#include "util/file.h"

#include <string>

namespace gueway {

// The start of a bzImage (Documentation/arch/x86/boot.rst) whose version text is
// "RELEASE (builder@host) #1".
std::string fake_bzimage(const std::string& release);

// A relocatable ELF file without code, whose .modinfo holds `modinfo` ("key=value" strings).
std::string fake_module(const std::string& modinfo);

// ROOT/boot/vmlinuz-RELEASE and ROOT/lib/modules/RELEASE/kernel/{alpha,beta-two}.ko, not indexed:
// alpha has a soft dependency on beta_two; gamma is built in.
Result<void> fake_kernel(const fs::path& root, const std::string& release);

} // namespace gueway
