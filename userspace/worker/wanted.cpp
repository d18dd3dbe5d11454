// SPDX-License-Identifier: GPL-2.0-only
#include "worker/wanted.h"

#include "util/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <set>

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway::worker {

namespace {

// In the order of TunnelKind; with "-" and eight digits, 15 characters at most.
constexpr std::array<std::string_view, 5> prefixes = {"gwipip", "gwsit", "gwgre", "gwtnl6",
                                                      "gwgre6"};
constexpr size_t digits = 8;

Error refused(const std::string& source, const Role& role, const std::string& operation,
              std::string detail, std::string remedy)
{
    return Error{fmt::format("{}:{}:{}: pool {}: worker {} ({})", source, role.worker->mark.line,
                             role.worker->mark.column, role.pool->name, role.worker->name,
                             role.worker->address.text()),
                 operation, EINVAL, std::move(detail), std::move(remedy)};
}

// What takes a packet of family `inner` out of the outer header.
TunnelDevice receiver(const Role& role, int inner)
{
    const bool v6 = role.worker->address.family == AF_INET6;
    const auto& encap = role.pool->encap;
    TunnelDevice device{.local = role.worker->address, .up = true};
    if (encap.type == EncapType::gre) {
        device.kind = v6 ? TunnelKind::ip6gre : TunnelKind::gre;
        device.checksum = encap.checksum == EncapChecksum::full;
    } else if (v6) {
        device.kind = TunnelKind::ip6tnl; // inner 0: both families
    } else {
        device.kind = inner == AF_INET6 ? TunnelKind::sit : TunnelKind::ipip;
        device.inner = inner == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IPIP;
    }
    device.name = receiver_name(device.kind, role.worker->address);
    return device;
}

// The UDP port that takes the outer UDP header off; nothing for the other encapsulations.
std::optional<fou::Port> port(const Role& role, int inner)
{
    const auto& encap = role.pool->encap;
    fou::Port made{.port = encap.port, .family = role.worker->address.family};
    if (encap.type == EncapType::gue) return made;
    if (encap.type != EncapType::fou_interface) return {};
    made.type = fou::PortType::direct;
    made.protocol = inner == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IPIP;
    if (inner == AF_INET6) made.port = role.pool->port6;
    return made;
}

class Builder {
public:
    explicit Builder(const Config& config) : config_(config)
    {
        wanted_.vip_device = config.worker.vip_device;
        wanted_.return_routes = config.worker.return_routes;
    }

    Result<Wanted> build(const std::vector<Role>& roles)
    {
        for (const auto& role : roles) {
            name(role.worker->name);
            wanted_.own.push_back(role.worker->address);
            for (const auto& service : config_.services)
                if (service.pool == role.pool->name) TRY(serve(role, service.service.key));
            for (const auto& own : {role.worker->private4, role.worker->private6})
                if (own) address(*own);
        }
        modules();
        return std::move(wanted_);
    }

private:
    void name(const std::string& one)
    {
        if (!names_.insert(one).second) return;
        wanted_.name += (wanted_.name.empty() ? "" : ", ") + one;
    }

    void address(const Address& one)
    {
        const Prefix prefix{one, one.bits()};
        auto& all = wanted_.addresses;
        if (std::ranges::find(all, prefix) == all.end()) all.push_back(prefix);
    }

    Result<void> serve(const Role& role, const ipvs::ServiceKey& service)
    {
        if (role.pool->forward == ipvs::Forward::masquerade) return {};
        if (service.fwmark == 0) address(service.address);
        if (role.pool->forward == ipvs::Forward::direct && service.fwmark == 0 &&
            service.family == AF_INET)
            wanted_.settings = {{arp_ignore, 1, {2, 8}}, {arp_announce, 2, {}}};
        if (role.pool->forward != ipvs::Forward::tunnel) return {};
        if (const auto one = port(role, service.family)) TRY(add(role, *one));
        TRY(add(role, receiver(role, service.family)));
        limit(role, service.family);
        return {};
    }

    Result<void> add(const Role& role, const fou::Port& one)
    {
        for (const auto& other : wanted_.ports) {
            if (other.port != one.port || other.family != one.family) continue;
            if (other == one) return {};
            return refused(config_.source, role, "open " + one.text(),
                           "another pool needs it as " + other.text(), "give each its own port");
        }
        wanted_.ports.push_back(one);
        return {};
    }

    Result<void> add(const Role& role, const TunnelDevice& one)
    {
        for (const auto& other : wanted_.receivers) {
            if (other.name != one.name) continue;
            if (other == one) return {};
            return refused(config_.source, role, "receive as " + one.text(),
                           "another pool needs " + other.text(),
                           "give the pools one encapsulation, or the worker two addresses");
        }
        wanted_.receivers.push_back(one);
        return {};
    }

    void limit(const Role& role, int family)
    {
        if (role.mtu == 0) return;
        const auto& encap = role.pool->encap;
        const int underlay = role.worker->address.family;
        MssLimit one{family, tcp_mss(family, inner_mtu(encap, underlay, role.mtu)),
                     fmt::format("{} over {} at MTU {}", text(encap),
                                 underlay == AF_INET6 ? "IPv6" : "IPv4", role.mtu)};
        const auto at = std::ranges::find(wanted_.limits, family, &MssLimit::family);
        if (at == wanted_.limits.end())
            wanted_.limits.push_back(std::move(one));
        else if (one.mss < at->mss)
            *at = std::move(one);
    }

    void modules()
    {
        const auto need = [&](const char* module) {
            auto& all = wanted_.modules;
            if (std::ranges::find(all, module) == all.end()) all.emplace_back(module);
        };
        if (!wanted_.ports.empty()) need("fou");
        for (const auto& each : wanted_.receivers) need(module_of(each.kind));
        if (!wanted_.addresses.empty() && wanted_.vip_device != "lo") need("dummy");
    }

    const Config& config_;
    std::set<std::string> names_;
    Wanted wanted_;
};

Error nobody(const Config& config, const std::string& name)
{
    std::vector<std::string> known;
    for (const auto& pool : config.pools)
        for (const auto& worker : pool.workers)
            if (known.size() < 10)
                known.push_back(fmt::format("{} ({})", worker.name, worker.address.text()));
    return Error{config.source, "find the worker that this host is", ENOENT,
                 name.empty() ? "it has none of this host's addresses" : "it has no worker " + name,
                 "it has " + join(known, ", ") + (known.size() == 10 ? ", ..." : "")};
}

Error unknown_mtu(const Config& config, const Role& role)
{
    return refused(config.source, role, "find the MTU of the underlay",
                   "no device of this host tells it: the address is on none, or on one without a "
                   "wire and there is no default route",
                   "give director: {underlay: {mtu: ...}}");
}

} // namespace

Result<std::vector<Role>> roles(const Config& config, const std::vector<HostAddress>& host,
                                const std::string& name)
{
    std::vector<Role> found;
    for (const auto& pool : config.pools) {
        for (const auto& worker : pool.workers) {
            const auto local = std::ranges::find(host, worker.address, &HostAddress::address);
            if (name.empty() ? local == host.end() : worker.name != name) continue;
            const unsigned own = local == host.end() ? 0 : local->mtu;
            found.push_back({&pool, &worker, config.underlay.mtu ? config.underlay.mtu : own});
            if (pool.forward == ipvs::Forward::tunnel && found.back().mtu == 0)
                return unknown_mtu(config, found.back());
        }
    }
    if (found.empty()) return nobody(config, name);
    return found;
}

Result<Wanted> wanted(const Config& config, const std::vector<Role>& roles)
{
    return Builder(config).build(roles);
}

Result<void> check(const Config& config)
{
    std::map<std::string, std::vector<Role>> hosts; // by address
    for (const auto& pool : config.pools)
        for (const auto& worker : pool.workers)
            hosts[worker.address.text()].push_back({&pool, &worker, config.underlay.mtu});
    for (const auto& [address, roles] : hosts)
        if (roles.size() > 1) TRY(wanted(config, roles)); // one role is never in its own way
    return {};
}

std::string receiver_name(TunnelKind kind, const Address& worker)
{
    return fmt::format("{}-{:08x}", prefixes[static_cast<size_t>(kind)], name_number(worker));
}

bool is_receiver_name(std::string_view name)
{
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) {
        return name.starts_with(prefix) && name.size() == prefix.size() + 1 + digits &&
               name[prefix.size()] == '-' &&
               name.substr(prefix.size() + 1).find_first_not_of("0123456789abcdef") ==
                   std::string_view::npos;
    });
}

} // namespace gueway::worker
