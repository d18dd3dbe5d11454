// SPDX-License-Identifier: GPL-2.0-only
#include "sctp.h"

#include "lab/modules.h"
#include "util/file.h"
#include "util/process.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace gueway {

namespace {

constexpr const char* sctp = "sctp";
constexpr const char* ip_vs = "ip_vs";
constexpr const char* counters = "/proc/net/sctp/snmp"; // net/sctp/proc.c

// What IPVS calls for each protocol that it knows (ip_vs_proto_tcp.c, ip_vs_proto_sctp.c), among
// the names of a module or of the kernel's code. Without TCP's no names are told.
bool lacks_sctp(std::string_view names)
{
    return names.contains("__ip_vs_tcp_init") && !names.contains("__ip_vs_sctp_init");
}

} // namespace

Result<bool> has_sctp(const Kernel& kernel)
{
    if (!TRY(has_module(kernel, sctp))) return false;
    const auto modules = TRY(module_closure(kernel, {ip_vs}, Missing::skipped));
    const auto found = std::ranges::find(modules, ip_vs, &ModuleFile::name);
    return found == modules.end() || !lacks_sctp(TRY(module_bytes(*found)));
}

// Of a module that is built in modprobe says nothing, and does nothing.
Result<bool> has_sctp_here()
{
    for (const char* module : {sctp, ip_vs}) TRY(run({"modprobe", module}));
    if (!fs::exists(counters)) return false;
    const auto names = read_file("/proc/kallsyms"); // not there without CONFIG_KALLSYMS
    return !names || !lacks_sctp(*names);
}

} // namespace gueway
