// SPDX-License-Identifier: GPL-2.0-only
// What a run may go on with (--resume): all that decides what comes of its cells.
#pragma once

#include "lab/run.h"
#include "util/result.h"

#include <string>

namespace gueway {

// One line, another one as soon as any of it is: the kernel's image and the modules that go into
// its guests, by their bytes, for a release and a path stay the same when a kernel is built anew;
// our module of the wire, if `spec` brings one; its command line's words; and the gsobench that
// judges.
Result<std::string> image_of(const RunSpec& spec);
// SHA-256 of this gsobench.
Result<std::string> own_digest();

} // namespace gueway
