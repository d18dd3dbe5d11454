// SPDX-License-Identifier: GPL-2.0-only
#include "lab/share.h"

#include <cerrno>

namespace gueway {

namespace {

Result<fs::path> first_of(const fs::path& one, const fs::path& other, const std::string& remedy)
{
    std::error_code ec;
    for (const auto& path : {one, other})
        if (fs::exists(path, ec)) return path.lexically_normal();
    return Error{one, "find", ENOENT, {}, remedy};
}

// The directory of this program.
fs::path here()
{
    std::error_code ec;
    return fs::read_symlink("/proc/self/exe", ec).parent_path();
}

} // namespace

Result<fs::path> sibling_program(const std::string& name)
{
    return first_of(here() / name, here() / "../lib/gueway" / name, "make programs");
}

Result<fs::path> share_file(const std::string& relative)
{
    return first_of(here() / "../share/gueway" / relative, here() / "../.." / relative,
                    "make install, or run from the checkout");
}

} // namespace gueway
