// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs/meaning.h"

#include <cerrno>

#include <fmt/format.h>

namespace gueway::ipvs {

namespace {

Meaning of_missing(const Service& service, bool of_worker)
{
    if (of_worker) return {"the service has no such server", {}};
    const auto& scheduler = service.scheduler;
    const auto& engine = service.persistence_engine;
    if (engine.empty())
        return {fmt::format("no scheduler {}", scheduler),
                fmt::format("modprobe ip_vs_{}", scheduler)};
    return {fmt::format("no scheduler {} or persistence engine {}", scheduler, engine),
            fmt::format("modprobe -a ip_vs_{} ip_vs_pe_{}", scheduler, engine)};
}

} // namespace

Meaning meaning(int code, const Service& service, bool of_worker)
{
    switch (code) {
    case EEXIST:
        return {"it is there already", {}};
    case ESRCH:
        return {"there is no such service", {}};
    case ENOENT:
        return of_missing(service, of_worker);
    case ERANGE:
        return {"a weight or threshold out of range",
                "weights up to 2147483647, the lower threshold below the upper one"};
    case EINVAL:
        return {{},
                "an address must be unicast; families mix in tunnels only, and never while a "
                "sync daemon runs"};
    case EAFNOSUPPORT:
        return {"this kernel's IPVS lacks the address family", {}};
    case EPERM:
        return {{}, "needs root (CAP_NET_ADMIN)"};
    case ENOMEM:
        return {{}, "free some memory"};
    default:
        return {};
    }
}

} // namespace gueway::ipvs
