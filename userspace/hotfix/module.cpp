// SPDX-License-Identifier: GPL-2.0-only
#include "hotfix/module.h"

#include "hotfix/counts.h"
#include "util/file.h"
#include "util/module.h"
#include "util/process.h"
#include "util/text.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace gueway::hotfix {

namespace {

constexpr const char* lockdown_file = "/sys/kernel/security/lockdown";

std::string object()
{
    return fmt::format("kernel module {}", module_name);
}

fs::path directory()
{
    return fs::path("/sys/module") / module_name;
}

bool loaded()
{
    std::error_code none;
    return fs::exists(directory(), none);
}

// kmod ends its line with strerror's words, in no language but English (it sets no locale).
int code_in(std::string_view words)
{
    constexpr std::array codes = {EPERM,  EKEYREJECTED, ENOKEY, ENOEXEC, ENOMEM,    EBUSY,
                                  EINVAL, ENOENT,       EEXIST, EBADMSG, EOPNOTSUPP};
    for (const int code : codes)
        if (words.ends_with(std::strerror(code))) return code;
    return 0;
}

constexpr const char* rebuild = "make install-hotfix builds it for the running kernel";
constexpr const char* sign = "sign it with a key that this kernel trusts (dkms signs with its own: "
                             "mokutil --import /var/lib/dkms/mok.pub), or: directorctl mitigate on";

} // namespace

std::string_view chosen(std::string_view modes)
{
    const auto begin = modes.find('['), end = modes.find(']');
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
    return modes.substr(begin + 1, end - begin - 1);
}

Error explain(const Refusal& refusal)
{
    Error failed{object(), "load", code_in(refusal.words), refusal.words, {}};
    if (refusal.words.find("not found") != std::string::npos)
        return {object(), "load", ENOENT,
                fmt::format("none is installed for kernel {}", refusal.release),
                "as root, in gueway's sources: make install-hotfix"};
    const bool locked = !refusal.lockdown.empty() && refusal.lockdown != "none";
    switch (failed.code) {
    case EPERM:
        failed.detail = locked ? fmt::format("the kernel is locked down ({}) and takes signed "
                                             "modules only",
                                             refusal.lockdown)
                               : "";
        failed.remedy = locked ? sign : "needs root (CAP_SYS_MODULE)";
        break;
    case EKEYREJECTED:
    case ENOKEY:
    case EBADMSG:
        failed.detail = "the kernel does not trust its signature";
        failed.remedy = sign;
        break;
    case ENOEXEC:
    case EINVAL:
    case ENOENT: // an unknown symbol
        failed.detail = fmt::format("it was built for another kernel than {}", refusal.release);
        failed.remedy = rebuild;
        break;
    default:
        failed.remedy = "dmesg has the kernel's words";
    }
    return failed;
}

Result<ModuleState> module_state()
{
    ModuleState state{.loaded = loaded()};
    if (state.loaded) state.version = trim(read_file(directory() / "version").value_or(""));
    const auto found = run({"modprobe", "--dry-run", "--quiet", module_name});
    state.installed = found && found->status == 0;
    return state;
}

Result<void> load()
{
    if (loaded()) return {};
    const auto done = TRY(run({"modprobe", module_name}));
    if (done.status == 0) return {};
    const auto all = lines(done.errors);
    return explain({.words = all.empty() ? fmt::format("modprobe ended with status {}", done.status)
                                         : std::string(all.back()),
                    .lockdown = std::string(chosen(read_file(lockdown_file).value_or(""))),
                    .release = kernel_release()});
}

Result<void> unload()
{
    if (!loaded()) return {};
    auto done = unload_module(module_name);
    if (done) return {};
    auto failed = std::move(done).error();
    if (failed.code == EPERM) failed.remedy = "needs root (CAP_SYS_MODULE)";
    if (failed.code == EBUSY || failed.code == EWOULDBLOCK)
        failed.remedy =
            fmt::format("something holds it: see the third column of lsmod | grep {}", module_name);
    if (failed.code == ENOSYS)
        failed.remedy = "this kernel cannot unload modules: it goes with a reboot";
    return failed;
}

} // namespace gueway::hotfix
