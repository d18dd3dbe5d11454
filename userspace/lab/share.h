// SPDX-License-Identifier: GPL-2.0-only
// Files that come with the programs: beside them in a checkout's build directory, or installed.
#pragma once

#include "util/file.h"

#include <string>

namespace gueway {

// Another program of the toolkit, such as the guest's "init": beside this one, or in ../lib/gueway.
Result<fs::path> sibling_program(const std::string& name);

// A data file by its path in the source tree ("kernel/variants/build.sh"): in the checkout this
// program was built in, or where it was installed, PREFIX/share/gueway.
Result<fs::path> share_file(const std::string& relative);

} // namespace gueway
