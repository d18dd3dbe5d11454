// SPDX-License-Identifier: GPL-2.0-only
#include "guest/modules.h"

#include "util/fd.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/syscall.h>

namespace gueway::guest {

Result<void> load_modules(const std::vector<std::string>& paths)
{
    for (const auto& path : paths) {
        const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file) return errno_error(path, "open module");
        if (::syscall(SYS_finit_module, file.get(), "", 0) != 0 && errno != EEXIST)
            return errno_error(path, "load module", "netlab run -v shows the kernel log");
    }
    return {};
}

} // namespace gueway::guest
