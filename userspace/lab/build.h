// SPDX-License-Identifier: GPL-2.0-only
// Kernel modules built for a catalogue kernel by the scripts of kernel/variants, cached by the hash
// of all that goes in: headers, kernel image, source, scripts, compiler and pahole.
#pragma once

#include "lab/kernel.h"

#include <string>

namespace gueway {

// The inputs of a kernel's own version; an Error when the archive's are of another.
Result<BuildInputs> matching_inputs(const Kernel& kernel);

// Runs SCRIPT HEADERS IMAGE SOURCE OUT (kernel/variants/SCRIPT) and returns OUT. `source_key` says
// which content `source` has. Takes half a minute the first time.
Result<fs::path> build_cached(const Kernel& kernel, const BuildInputs& inputs,
                              const std::string& script, const fs::path& source,
                              const std::string& source_key);

// The modules of a directory with a Kbuild file.
Result<fs::path> build_modules(const Kernel& kernel, const fs::path& source);

} // namespace gueway
