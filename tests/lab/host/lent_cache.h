// SPDX-License-Identifier: GPL-2.0-only
// A cache of its own for a run of netlab, and a PATH without a program.
#pragma once

#include "lab/cache.h"
#include "lab/kernel.h"
#include "util/file.h"

#include <string>

#include <gtest/gtest.h>

namespace gueway {

// Links to every program of the system but one: a PATH on which only that one is missing.
inline void link_programs_except(const std::string& missing, const fs::path& directory)
{
    std::error_code twice; // the directories may be one
    for (const char* source : {"/usr/bin", "/usr/sbin"})
        for (const auto& program : fs::directory_iterator(source))
            if (const auto name = program.path().filename(); name != missing)
                fs::create_symlink(program.path(), directory / name, twice);
}

// A cache that has the kernel, but nothing of what is made of it.
inline void lend_kernel(const fs::path& cache)
{
    ASSERT_TRUE(find_kernel("6.1"));
    const auto root = cache_root().value();
    fs::copy_file(root / "catalogue.json", cache / "catalogue.json");
    fs::create_symlink(root / "kernels", cache / "kernels");
}

} // namespace gueway
