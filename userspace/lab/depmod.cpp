// SPDX-License-Identifier: GPL-2.0-only
#include "lab/depmod.h"

#include "util/process.h"

#include <set>

namespace gueway {

Result<void> index_modules(const fs::path& root, const std::string& release)
{
    std::error_code ec;
    if (!fs::exists(root / "lib/modules") && fs::exists(root / "usr/lib/modules"))
        fs::create_symlink("usr/lib", root / "lib", ec);
    if (ec) return Error{root / "lib", "create symbolic link", ec.value(), {}, {}};
    // By path: an ordinary user's PATH has no sbin.
    TRY(run_ok({"/sbin/depmod", "-b", root, release}, "apt-get install kmod"));
    return {};
}

bool is_module_index(const std::string& name)
{
    static const std::set<std::string> names = {
        "modules.dep",     "modules.dep.bin", "modules.alias.bin",   "modules.symbols.bin",
        "modules.softdep", "modules.builtin", "modules.builtin.bin", "modules.builtin.alias.bin",
    };
    return names.contains(name);
}

} // namespace gueway
