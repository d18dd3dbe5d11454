// SPDX-License-Identifier: GPL-2.0-only
#include "director/fou_interface.h"

#include "link/address.h"
#include "link/device.h"
#include "link/route.h"
#include "util/text.h"

#include <algorithm>
#include <cerrno>
#include <map>

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway {

namespace {

constexpr uint8_t hops = 64; // of the outer header, whatever the client's packet has left

TunnelKind kind_of(int inner, int underlay)
{
    if (underlay == AF_INET6) return TunnelKind::ip6tnl;
    return inner == AF_INET6 ? TunnelKind::sit : TunnelKind::ipip;
}

// ip6tnl takes both families and is known by its addresses alone, so that the second device to a
// worker needs something to tell it from the first (net/ipv6/ip6_tunnel.c, ip6_tnl_locate).
std::string link_of(const Config& config, const PoolWorker& worker, int inner)
{
    const bool second = inner == AF_INET6 && worker.private4 && worker.address.family == AF_INET6;
    return second ? config.underlay.device : std::string{};
}

TunnelDevice device_of(const Config& config, const Pool& pool, const PoolWorker& worker, int inner)
{
    const int underlay = worker.address.family;
    const unsigned outer = config.underlay.mtu;
    return {.name = fou_interface_name(inner, worker.address),
            .kind = kind_of(inner, underlay),
            .remote = worker.address,
            .inner = static_cast<uint8_t>(inner == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IPIP),
            .ttl = hops,
            .link = link_of(config, worker, inner),
            .udp = {.type = UdpEncap::fou,
                    .port = inner == AF_INET6 ? pool.port6 : pool.encap.port,
                    .checksum = pool.encap.checksum == EncapChecksum::full},
            .mtu = outer ? inner_mtu(pool.encap, underlay, outer) : 0,
            .up = true};
}

using ByName = std::map<std::string, FouInterface>;

Error no_link(const Config& config, const PoolWorker& worker)
{
    return Error{fmt::format("{}:{}:{}: worker {} ({})", config.source, worker.mark.line,
                             worker.mark.column, worker.name, worker.address.text()),
                 "make its FOU interfaces", EINVAL,
                 "two IPv6 tunnels between the same hosts are told apart by their device",
                 "give director: {underlay: {device: ...}}"};
}

Result<void> want(ByName& wanted, const PoolWorker& worker, const TunnelDevice& device,
                  const Address& private_address)
{
    const auto [at, fresh] = wanted.try_emplace(device.name, FouInterface{worker.name, device, {}});
    auto& entry = at->second;
    if (!fresh && entry.device != device)
        return Error{fmt::format("worker {} ({})", worker.name, worker.address.text()),
                     "make FOU interface " + device.name, EINVAL,
                     fmt::format("it would be both {} and {}", entry.device.text(), device.text()),
                     "give its pools the same ports and checksum"};
    auto& addresses = entry.private_addresses;
    if (std::ranges::find(addresses, private_address) == addresses.end())
        addresses.push_back(private_address);
    return {};
}

std::vector<FouInterface> sorted(ByName by_name)
{
    std::vector<FouInterface> list;
    for (auto& [name, each] : by_name) {
        std::ranges::sort(each.private_addresses, {}, &Address::bytes);
        list.push_back(std::move(each));
    }
    return list;
}

std::string words(const std::vector<Address>& addresses)
{
    std::vector<std::string> texts;
    texts.reserve(addresses.size());
    for (const auto& each : addresses) texts.push_back(each.text());
    return join(texts, " ");
}

// An IPv6 tunnel whose local address is the host's own business.
bool chooses_local(const TunnelDevice& wanted)
{
    return !wanted.local && wanted.kind == TunnelKind::ip6tnl;
}

// As `wanted` is read: what nobody asked for is not shown.
std::string shown_device(TunnelDevice present, const TunnelDevice& wanted)
{
    if (wanted.mtu == 0) present.mtu = 0;
    if (!present.local && chooses_local(wanted)) return present.text() + ", from a lost address";
    if (chooses_local(wanted)) present.local.reset();
    return present.text();
}

bool serves(TunnelDevice present, const TunnelDevice& wanted)
{
    if (!chooses_local(wanted)) return present.is(wanted);
    if (!present.local) return false;
    present.local.reset();
    return present.is(wanted);
}

Result<TunnelDevice> with_local(const Namespace& where, TunnelDevice device)
{
    if (device.remote && chooses_local(device))
        device.local = TRY(source_address(where, *device.remote));
    return device;
}

bool has(const std::vector<Address>& addresses, const Address& address)
{
    return std::ranges::find(addresses, address) != addresses.end();
}

using Addresses = std::vector<Address>;

// Those of `some` that are not in `others`.
Addresses without(Addresses some, const Addresses& others)
{
    std::erase_if(some, [&](const Address& each) { return has(others, each); });
    return some;
}

Result<void> add_routes(const Namespace& where, const std::string& device, const Addresses& to)
{
    for (const auto& each : to)
        TRY(replace_route(where, {.to = {each, each.bits()}, .device = device}));
    return {};
}

// Those that are gone already, or lead to another device by now, do not count.
Result<void> remove_routes(const Namespace& where, const std::string& device, const Addresses& to)
{
    for (const auto& each : to) {
        const auto removed = remove_route(where, {each, each.bits()}, device);
        if (!removed && removed.error().code != ESRCH) return removed;
    }
    return {};
}

Result<void> make(const Namespace& where, const FouInterface& wanted, const Addresses& to)
{
    TRY(add_tunnel(where, TRY(with_local(where, wanted.device))));
    Defer undo([&] { std::ignore = remove_device(where, wanted.device.name); });
    TRY(add_routes(where, wanted.device.name, to));
    undo.release();
    return {};
}

Result<void> change(const Namespace& where, const FouInterface& wanted, const FouInterface& present)
{
    const auto more = without(wanted.private_addresses, present.private_addresses);
    if (wanted.device.kind != present.device.kind ||
        wanted.device.external != present.device.external) {
        auto all = present.private_addresses;
        all.insert(all.end(), more.begin(), more.end());
        TRY(remove_device(where, present.device.name));
        return make(where, wanted, all);
    }
    if (!serves(present.device, wanted.device))
        TRY(change_tunnel(where, TRY(with_local(where, wanted.device))));
    return add_routes(where, wanted.device.name, more);
}

auto named(const std::vector<FouInterface>& all, const std::string& name)
{
    return std::ranges::find(all, name, [](const auto& each) { return each.device.name; });
}

} // namespace

std::string fou_interface_name(int inner, const Address& worker)
{
    return fmt::format("{}{}-{:08x}", fou_interface_prefix, inner == AF_INET6 ? 6 : 4,
                       name_number(worker));
}

Result<std::vector<FouInterface>> wanted_fou_interfaces(const Config& config)
{
    ByName wanted;
    for (const auto& pool : config.pools) {
        if (pool.forward != ipvs::Forward::tunnel || pool.encap.type != EncapType::fou_interface)
            continue;
        for (const auto& worker : pool.workers) {
            if (worker.private4 && worker.private6 && worker.address.family == AF_INET6 &&
                config.underlay.device.empty())
                return no_link(config, worker);
            for (const auto& private_address : {worker.private4, worker.private6})
                if (private_address)
                    TRY(want(wanted, worker,
                             device_of(config, pool, worker, private_address->family),
                             *private_address));
        }
    }
    return sorted(std::move(wanted));
}

Result<std::vector<FouInterface>> present_fou_interfaces(const Namespace& where)
{
    ByName present;
    for (auto& tunnel : TRY(tunnels(where)))
        if (tunnel.name.starts_with(fou_interface_prefix))
            present[tunnel.name] = {.worker = {}, .device = tunnel, .private_addresses = {}};
    if (present.empty()) return std::vector<FouInterface>{};
    const auto own = TRY(addresses(where));
    for (auto& [name, each] : present) {
        const auto is_local = [&](const AddressState& one) {
            return one.address.address == each.device.local;
        };
        if (std::ranges::none_of(own, is_local)) each.device.local.reset();
    }
    for (const auto& route : TRY(routes(where))) {
        const auto at = present.find(route.entry.device);
        if (at != present.end() && route.entry.to.single())
            at->second.private_addresses.push_back(route.entry.to.address);
    }
    return sorted(std::move(present));
}

plan::Step FouInterfaceStep::shown() const
{
    const auto& one = operation == plan::Operation::remove ? present : wanted;
    plan::Step step{.operation = operation, .section = "FOU interfaces"};
    step.object = one.device.name + (one.worker.empty() ? "" : " of worker " + one.worker);
    const auto differ = [&](const char* what, std::string from, std::string to) {
        if (from != to) step.differences.push_back({what, std::move(from), std::move(to)});
    };
    const bool added = operation == plan::Operation::add,
               removed = operation == plan::Operation::remove;
    differ("device",
           added ? "" : shown_device(present.device, removed ? present.device : wanted.device),
           removed ? "" : wanted.device.text());
    differ("private address", words(present.private_addresses), words(wanted.private_addresses));
    return step;
}

std::vector<FouInterfaceStep> fou_interface_steps(const std::vector<FouInterface>& wanted,
                                                  const std::vector<FouInterface>& present)
{
    std::vector<FouInterfaceStep> steps;
    for (const auto& each : wanted) {
        const auto at = named(present, each.device.name);
        if (at == present.end())
            steps.push_back({plan::Operation::add, each, {}});
        else if (!serves(at->device, each.device) ||
                 at->private_addresses != each.private_addresses)
            steps.push_back({plan::Operation::change, each, *at});
    }
    for (const auto& each : present)
        if (named(wanted, each.device.name) == wanted.end())
            steps.push_back({plan::Operation::remove, {}, each});
    return steps;
}

Result<void> apply(const Namespace& where, const FouInterfaceStep& step)
{
    switch (step.operation) {
    case plan::Operation::add:
        return make(where, step.wanted, step.wanted.private_addresses);
    case plan::Operation::change:
        return change(where, step.wanted, step.present);
    case plan::Operation::remove:
        return remove_device(where, step.present.device.name);
    }
    return {};
}

Result<void> remove_old_addresses(const Namespace& where, const FouInterfaceStep& step)
{
    if (step.operation != plan::Operation::change) return {};
    return remove_routes(where, step.wanted.device.name,
                         without(step.present.private_addresses, step.wanted.private_addresses));
}

Result<void> restore(const Namespace& where, const FouInterface& before)
{
    const auto present = TRY(present_fou_interfaces(where));
    const auto now = named(present, before.device.name);
    if (now == present.end()) return make(where, before, before.private_addresses);
    const FouInterfaceStep step{plan::Operation::change, before, *now};
    TRY(apply(where, step));
    return remove_old_addresses(where, step);
}

std::vector<std::string> fou_interface_modules(const std::vector<FouInterface>& wanted)
{
    std::vector<std::string> modules;
    const auto need = [&](const std::string& name) {
        if (std::ranges::find(modules, name) == modules.end()) modules.push_back(name);
    };
    for (const auto& each : wanted) {
        need(underlay_family(each.device.kind) == AF_INET6 ? "fou6" : "fou");
        need(module_of(each.device.kind));
    }
    return modules;
}

} // namespace gueway
