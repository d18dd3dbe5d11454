// SPDX-License-Identifier: GPL-2.0-only
#include "probe/privileges.h"

#include "util/text.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <span>

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gueway {

namespace {

struct Privilege {
    int capability;
    const char* name;
    const char* purpose; // or what its lack costs
};

// CAP_SYS_ADMIN stands for both (include/linux/capability.h: bpf_capable(), perfmon_capable()).
constexpr std::array<Privilege, 3> needed = {{
    {CAP_SYS_ADMIN, "CAP_SYS_ADMIN", "read the types of modules"}, // which only following does
    {CAP_BPF, "CAP_BPF", "load programs and tables"},
    {CAP_PERFMON, "CAP_PERFMON", "attach programs and let them read the kernel's memory"},
}};
constexpr std::array<Privilege, 3> wanted = {{
    {CAP_SYS_ADMIN, "CAP_SYS_ADMIN",
     "no verdict looks into a namespace, and reasons of modules show as numbers"},
    {CAP_NET_ADMIN, "CAP_NET_ADMIN", "no verdict asks IPVS"},
    {CAP_SYS_PTRACE, "CAP_SYS_PTRACE", "namespaces without a name show as numbers"},
}};

using Set = uint64_t;

constexpr Set bit(int capability)
{
    return Set{1} << capability;
}

Result<Set> effective()
{
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    if (::syscall(SYS_capget, &header, data.data()) != 0)
        return errno_error("privileges", "ask for the capabilities");
    return data[0].effective | Set{data[1].effective} << 32;
}

bool set_capabilities(Set kept)
{
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    for (size_t word = 0; word < data.size(); ++word)
        data[word].effective = data[word].permitted = static_cast<uint32_t>(kept >> (32 * word));
    return ::syscall(SYS_capset, &header, data.data()) == 0;
}

Set kept_for(Remaining remaining)
{
    const Set counts = bit(CAP_BPF);
    if (remaining == Remaining::read_counts) return counts;
    return counts | bit(CAP_SYS_ADMIN) | bit(CAP_NET_ADMIN) | bit(CAP_SYS_PTRACE);
}

bool may_change_user(Set have)
{
    return (have & bit(CAP_SETUID)) && (have & bit(CAP_SETGID));
}

Error failed(const char* operation)
{
    return errno_error("privileges", operation);
}

} // namespace

Result<void> check_tracing(TypesOf types)
{
    const Set have = TRY(effective());
    std::vector<std::string> missing;
    const auto all = std::span(needed).subspan(types == TypesOf::modules ? 0 : 1);
    for (const auto& one : all)
        if (!(have & (bit(one.capability) | bit(CAP_SYS_ADMIN))))
            missing.push_back(std::string(one.name) + " (to " + one.purpose + ")");
    if (missing.empty()) return {};
    return Error{"kernel", "trace", EPERM, "without " + join(missing, " and "), "run it as root"};
}

std::vector<std::string> missing_privileges()
{
    const auto have = effective();
    if (!have) return {have.error().text()};
    std::vector<std::string> lines;
    for (const auto& one : wanted)
        if (!(*have & bit(one.capability)))
            lines.push_back("Without " + std::string(one.name) + " " + one.purpose);
    if (::getuid() == 0 && !may_change_user(*have))
        lines.emplace_back(
            "Without CAP_SETUID and CAP_SETGID it stays root, and only gives up capabilities");
    return lines;
}

// The identity goes first, while it may; PR_SET_KEEPCAPS keeps the permitted set over that.
Result<void> drop_privileges(Remaining remaining)
{
    constexpr uid_t nobody = 65534;
    const Set have = TRY(effective());
    if (::getuid() == 0 && may_change_user(have)) {
        if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return failed("keep over a change of user");
        if (::setgroups(0, nullptr) != 0 || ::setresgid(nobody, nobody, nobody) != 0 ||
            ::setresuid(nobody, nobody, nobody) != 0)
            return failed("become nobody");
    }
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("renounce new ones");
    return set_capabilities(have & kept_for(remaining)) ? Result<void>{} : failed("drop");
}

} // namespace gueway
