// SPDX-License-Identifier: GPL-2.0-only
#include "worker/plan.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::worker {

namespace {

using plan::Difference;
using plan::Operation;

constexpr const char* receivers_section = "receivers";
constexpr const char* addresses_section = "addresses";
constexpr const char* routes_section = "return routes";
constexpr int off = 0, loose = 2; // rp_filter

std::string mss_text(unsigned mss)
{
    return mss ? fmt::format("{}", mss) : std::string{};
}

class Planner {
public:
    Planner(const Wanted& wanted, const State& state, const PlanOptions& options)
        : wanted_(wanted), state_(state)
    {
        plan_.options = options;
    }

    Plan make()
    {
        plan_.worker = wanted_.name;
        for (const auto& module : wanted_.modules)
            if (!state_.modules.contains(module))
                step(Operation::add, "modules", module, {}, LoadModule{module});
        for (const auto& port : wanted_.ports) open(port);
        for (const auto& device : wanted_.receivers) receive(device);
        for (const auto& setting : wanted_.settings) set(setting);
        prepare_vip_device();
        for (const auto& address : wanted_.addresses) add(address);
        for (const auto& limit : wanted_.limits) clamp(limit);
        remove_addresses();
        remove_receivers();
        return std::move(plan_);
    }

private:
    void step(Operation operation, const char* section, std::string object,
              std::vector<Difference> differences, Change change)
    {
        plan_.steps.push_back(
            {{operation, section, std::move(object), std::move(differences)}, std::move(change)});
    }
    void note(const char* section, std::string text)
    {
        plan_.notes.push_back({section, std::move(text)});
    }

    void open(const fou::Port& port)
    {
        for (const auto& present : state_.ports) {
            if (present == port) return;
            if (present.port != port.port || present.family != port.family) continue;
            step(Operation::change, receivers_section, fmt::format("UDP port {}", port.port),
                 {{"kind", present.text(), port.text()}}, OpenPort{port, present});
            return;
        }
        step(Operation::add, receivers_section, port.text(), {}, OpenPort{port, {}});
    }

    void receive(const TunnelDevice& device)
    {
        const auto at = std::ranges::find(state_.tunnels, device.name, &TunnelDevice::name);
        const std::string object = "device " + device.name;
        if (at == state_.tunnels.end())
            step(Operation::add, receivers_section, object, {{"as", {}, device.text()}},
                 AddReceiver{device});
        else if (!at->is(device))
            step(Operation::change, receivers_section, object, {{"as", at->text(), device.text()}},
                 ChangeReceiver{device, *at});
        if (device.kind != TunnelKind::sit) let_in(device.name); // IPv6 has no such filter
    }

    // See make_plan().
    void let_in(const std::string& device)
    {
        const auto& filters = state_.reverse_path_filter;
        const int all = filters.at("all");
        const int own = filters.contains(device) ? filters.at(device) : filters.at("default");
        const int wanted = all == off ? off : loose;
        if (all == off ? own != off : std::max(own, all) != loose)
            step(Operation::change, receivers_section, "device " + device,
                 {{"rp_filter", fmt::format("{}", own), fmt::format("{}", wanted)}},
                 SetFilter{device, wanted});
        if (all != off) give_address(device);
    }

    void give_address(const std::string& device)
    {
        const auto& vips = wanted_.addresses;
        const auto has = [&](const AddressState& one) {
            return one.device == device && one.address.address.family == AF_INET &&
                   std::ranges::find(vips, one.address) != vips.end();
        };
        if (std::ranges::any_of(state_.addresses, has)) return;
        const auto vip = std::ranges::find_if(
            vips, [](const Prefix& one) { return one.address.family == AF_INET; });
        if (vip != vips.end())
            step(Operation::add, receivers_section, fmt::format("{} on {}", vip->text(), device),
                 {}, AddAddress{device, *vip});
        else
            note(receivers_section,
                 fmt::format("net.ipv4.conf.all.rp_filter drops IPv4 packets that come out of {}, "
                             "which has no address: set it to 0",
                             device));
    }

    void set(const Setting& setting)
    {
        const int now = state_.settings.at(setting.name);
        if (now == setting.value || std::ranges::find(setting.good, now) != setting.good.end())
            return;
        step(Operation::change, addresses_section, setting.name,
             {{"value", fmt::format("{}", now), fmt::format("{}", setting.value)}},
             SetSysctl{setting.name, setting.value});
    }

    void prepare_vip_device()
    {
        if (wanted_.addresses.empty()) return;
        const auto& name = wanted_.vip_device;
        const auto* device = state_.device(name);
        if (!device)
            step(Operation::add, addresses_section, "dummy device " + name, {}, AddDummy{name});
        else if (!device->up)
            step(Operation::change, addresses_section, "device " + name, {{"state", "down", "up"}},
                 SetUp{name});
    }

    void add(const Prefix& address)
    {
        for (const auto& present : state_.addresses) {
            if (present.address.address != address.address || is_receiver_name(present.device))
                continue;
            if (present.device != wanted_.vip_device)
                note(addresses_section,
                     fmt::format("{} is on {}, not on {}: left there", address.text(),
                                 present.device, wanted_.vip_device));
            return;
        }
        step(Operation::add, addresses_section,
             fmt::format("{} on {}", address.text(), wanted_.vip_device), {},
             AddAddress{wanted_.vip_device, address});
    }

    bool to_clients(const RouteState& route, int family) const
    {
        const auto& to = route.entry.to;
        if (to.address.family != family) return false;
        if (wanted_.return_routes.empty()) return to.length == 0;
        return std::ranges::find(wanted_.return_routes, to) != wanted_.return_routes.end();
    }

    void clamp(const MssLimit& limit)
    {
        for (const auto& route : state_.routes)
            if (to_clients(route, limit.family)) clamp(limit, route);
        if (wanted_.return_routes.empty() &&
            std::ranges::none_of(
                state_.routes, [&](const auto& route) { return to_clients(route, limit.family); }))
            note(routes_section,
                 fmt::format("no IPv{} default route: name the return_routes to clients, whose MSS "
                             "must not exceed {}",
                             limit.family == AF_INET6 ? 6 : 4, limit.mss));
        for (const auto& to : wanted_.return_routes)
            if (to.address.family == limit.family &&
                std::ranges::none_of(state_.routes,
                                     [&](const auto& route) { return route.entry.to == to; }))
                note(routes_section,
                     fmt::format("no route to {} in the main table: answers to clients there "
                                 "announce an MSS that may not fit ({} would)",
                                 to.text(), limit.mss));
    }

    // What the kernel announces: the route's advmss, or what its MTU leaves.
    unsigned announced(const RouteState& route, int family) const
    {
        const auto* device = state_.device(route.entry.device);
        const unsigned mtu = route.entry.mtu ? route.entry.mtu : device ? device->mtu : 0;
        const unsigned own = tcp_mss(family, mtu);
        if (route.entry.advmss == 0) return own;
        return own ? std::min(own, route.entry.advmss) : route.entry.advmss;
    }

    void clamp(const MssLimit& limit, const RouteState& route)
    {
        const unsigned now = announced(route, limit.family);
        if (now != 0 && now <= limit.mss) return;
        const std::string object =
            fmt::format("route to {}{}{}", route.entry.to.text(),
                        route.entry.via ? " via " + route.entry.via->text() : "",
                        route.entry.device.empty() ? "" : " on " + route.entry.device);
        if (route.advertised()) {
            note(routes_section,
                 fmt::format("{} comes from router advertisements, which renew it: limit the MSS "
                             "to {} elsewhere (nftables: tcp option maxseg)",
                             object, limit.mss));
            return;
        }
        step(Operation::change, routes_section, object,
             {{fmt::format("advmss ({})", limit.why), mss_text(route.entry.advmss),
               mss_text(limit.mss)}},
             LimitMss{route, limit.mss});
    }

    // An address that we gave a receiver; see give_address().
    static bool on_receiver(const AddressState& present)
    {
        return is_receiver_name(present.device) && present.address.address.family == AF_INET;
    }

    // One on a device that is there for VIPs.
    bool among_vips(const AddressState& present) const
    {
        if (present.device != wanted_.vip_device) return false;
        const auto* device = state_.device(present.device);
        return device && device->kind == "dummy";
    }

    // Those on a receiver that goes away go with it.
    bool goes_away(const std::string& device) const
    {
        return is_receiver_name(device) &&
               std::ranges::find(wanted_.receivers, device, &TunnelDevice::name) ==
                   wanted_.receivers.end();
    }

    bool is_stale(const Prefix& address) const
    {
        return address.single() &&
               std::ranges::find(wanted_.addresses, address) == wanted_.addresses.end() &&
               std::ranges::find(wanted_.own, address.address) == wanted_.own.end();
    }

    void remove_addresses()
    {
        for (const auto& present : state_.addresses) {
            const auto& address = present.address;
            if (!is_stale(address) || goes_away(present.device)) continue;
            const auto object = fmt::format("{} on {}", address.text(), present.device);
            if (on_receiver(present) || (among_vips(present) && plan_.options.prune))
                step(Operation::remove, addresses_section, object, {},
                     RemoveAddress{present.device, address});
            else if (among_vips(present))
                note(addresses_section,
                     object + " is no VIP of the file: left alone (--prune removes it)");
        }
    }

    void remove_receivers()
    {
        for (const auto& present : state_.tunnels) {
            if (!goes_away(present.name)) continue;
            step(Operation::remove, receivers_section, "device " + present.name,
                 {{"as", present.text(), {}}}, RemoveReceiver{present.name});
        }
    }

    const Wanted& wanted_;
    const State& state_;
    Plan plan_;
};

} // namespace

plan::Plan Plan::shown() const
{
    plan::Plan shown{.place = "worker " + worker, .steps = {}, .notes = notes};
    for (const auto& step : steps) shown.steps.push_back(step.shown);
    return shown;
}

Plan make_plan(const Wanted& wanted, const State& state, const PlanOptions& options)
{
    return Planner(wanted, state, options).make();
}

} // namespace gueway::worker
