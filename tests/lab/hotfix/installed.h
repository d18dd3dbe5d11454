// SPDX-License-Identifier: GPL-2.0-only
// The hotfix module where modprobe finds it, as make install-hotfix leaves it.
#pragma once

#include "hotfix/counts.h"
#include "util/file.h"
#include "util/process.h"

#include <sys/utsname.h>

namespace gueway {

// Below /lib/modules; removed, and the index made again, on destruction. Move-only.
class InstalledHotfix {
public:
    // What the suite's row brings (+kernel/hotfix), or these bytes.
    static Result<InstalledHotfix> make() { return make(TRY(read_file(brought))); }
    static Result<InstalledHotfix> make(std::string_view bytes)
    {
        InstalledHotfix made;
        TRY(make_directories(path().parent_path()));
        TRY(write_file(path(), bytes));
        TRY(index());
        return made;
    }
    ~InstalledHotfix()
    {
        if (!owner_) return;
        std::error_code ignored;
        fs::remove(path(), ignored);
        std::ignore = index();
    }
    InstalledHotfix(InstalledHotfix&& other) noexcept : owner_(std::exchange(other.owner_, false))
    {}
    InstalledHotfix& operator=(InstalledHotfix&&) = delete;

    static constexpr const char* brought = "/lib/gueway/gueway_hotfix.ko";
    static std::string release()
    {
        utsname kernel{};
        ::uname(&kernel);
        return kernel.release;
    }

private:
    InstalledHotfix() = default;
    static fs::path path()
    {
        return fs::path("/lib/modules") / release() / "updates/dkms/gueway_hotfix.ko";
    }
    // The guest has kmod, which is depmod when it is called so, and no link of that name.
    static Result<void> index()
    {
        const auto directory = TRY(TempDir::make());
        const auto depmod = directory.path() / "depmod";
        std::error_code failed;
        fs::create_symlink("/usr/bin/kmod", depmod, failed);
        TRY(run_ok({depmod}));
        return {};
    }
    bool owner_ = true;
};

} // namespace gueway
