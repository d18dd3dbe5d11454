// SPDX-License-Identifier: GPL-2.0-only
#include "util/brought_module.h"

#include "util/fd.h"
#include "util/module.h"
#include "util/process.h"

#include <cerrno>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gueway {

namespace {

// The guest has kmod, which is depmod when it is called so, and no link of that name.
Result<void> index_modules()
{
    const auto directory = TRY(TempDir::make());
    const auto depmod = directory.path() / "depmod";
    std::error_code failed;
    fs::create_symlink("/usr/bin/kmod", depmod, failed);
    TRY(run_ok({depmod}));
    return {};
}

} // namespace

fs::path brought_module(const std::string& name)
{
    return fs::path(brought_modules) / (name + ".ko");
}

Result<void> load_brought_module(const std::string& name, const std::string& parameters)
{
    const auto path = brought_module(name);
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return Error{path, "open", errno, {}, "the guest brings it: --add +DIRECTORY"};
    if (::syscall(SYS_finit_module, file.get(), parameters.c_str(), 0) == 0) return {};
    return Error{path, "load", errno, {}, {}};
}

Result<LoadedModule> LoadedModule::load(const std::string& name, const std::string& parameters)
{
    TRY(load_brought_module(name, parameters));
    return LoadedModule(name);
}

LoadedModule::LoadedModule(LoadedModule&& other) noexcept : name_(std::exchange(other.name_, {})) {}

LoadedModule::~LoadedModule()
{
    if (!name_.empty()) std::ignore = unload_module(name_);
}

Result<InstalledModule> InstalledModule::install(const std::string& name)
{
    return install(name, TRY(read_file(brought_module(name))));
}

Result<InstalledModule> InstalledModule::install(const std::string& name, std::string_view bytes)
{
    const auto directory = fs::path("/lib/modules") / kernel_release() / "updates/dkms";
    TRY(make_directories(directory));
    InstalledModule made(directory / (name + ".ko"));
    TRY(write_file(made.path_, bytes));
    TRY(index_modules());
    return made;
}

InstalledModule::InstalledModule(InstalledModule&& other) noexcept
    : path_(std::exchange(other.path_, {}))
{}

InstalledModule::~InstalledModule()
{
    if (path_.empty()) return;
    std::error_code ignored;
    fs::remove(path_, ignored);
    std::ignore = index_modules();
}

} // namespace gueway
