// SPDX-License-Identifier: GPL-2.0-only
// What the kernel complains of while cells run.
#pragma once

#include "util/fd.h"
#include "util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// Reads /dev/kmsg from its opening on. Move-only.
class KernelLog {
public:
    static Result<KernelLog> open();
    // The first lines of warnings, bugs and oopses since the last time.
    Result<std::vector<std::string>> splats();

private:
    explicit KernelLog(Fd log) : log_(std::move(log)) {}
    Fd log_;
};

// Whether a record's text is the first line of one (lib/bug.c, arch/x86/kernel/dumpstack.c,
// lib/refcount.c, lib/ubsan.c).
bool begins_splat(std::string_view text);

} // namespace gueway::matrix
