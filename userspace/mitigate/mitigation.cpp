// SPDX-License-Identifier: GPL-2.0-only
#include "mitigate/mitigation.h"

#include "ipvs/client.h"
#include "link/address.h"
#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace gueway::mitigate {

namespace {

constexpr const char* object = "mitigation";

void add_once(std::vector<Address>& list, const Address& address)
{
    if (std::ranges::find(list, address) == list.end()) list.push_back(address);
}

bool can_be_struck(const ipvs::Destination& worker)
{
    return worker.forward == ipvs::Forward::tunnel &&
           (worker.encap.type == EncapType::gue || worker.encap.type == EncapType::gre);
}

Result<Choice> choose_here(const Namespace& where, const Services& services,
                           const std::vector<Address>& vips)
{
    return choose({TRY(devices(where)), TRY(routes(where)), services.workers}, vips);
}

Result<void> check_devices(const Namespace& where, const std::vector<std::string>& names)
{
    const auto all = TRY(devices(where));
    for (const auto& name : names)
        if (auto refused = refusal(TRY(device(where, name)), all)) return std::move(*refused);
    return {};
}

// VIPs of which no service has said anything are taken on trust: of firewall marks.
Result<std::vector<Address>> vips_for(const Request& request, const Services& services)
{
    if (!request.vips.empty()) return request.vips;
    if (!services.vips.empty()) return services.vips;
    if (!services.marks.empty())
        return error(object, "turn on", "services by firewall mark do not tell their VIPs",
                     "--vip names them");
    return error(object, "turn on", "no service here has a worker behind GUE or GRE",
                 "--vip names a VIP all the same");
}

constexpr size_t most_connections = size_t{16} << 20; // bytes of the list

Result<LocalClients> look_for_local_clients(const Namespace& where)
{
    std::vector<Address> own;
    for (const auto& each : TRY(addresses(where))) own.push_back(each.address.address);
    const auto list = TRY(
        where.in([] { return read_file("/proc/thread-self/net/ip_vs_conn", most_connections); }));
    return local_clients(list, own);
}

// Refuses where every client is on this host; says so where some are.
Result<void> consider_local_clients(const Namespace& where, Change& change)
{
    const auto found = look_for_local_clients(where);
    if (!found || found->local == 0) return {}; // too many to be read: most are not local
    if (found->local == found->all)
        return error(object, "turn on",
                     "all connections come from the director itself, through no device",
                     "directorctl hotfix on");
    change.notes.push_back(
        fmt::format("{} of {} connections come from the director itself, through "
                    "no device: for them, directorctl hotfix on",
                    found->local, found->all));
    return {};
}

std::optional<Address> hexadecimal_address(std::string_view text)
{
    if (auto six = parse_address(text); six && six->family == AF_INET6) return *six;
    uint32_t number = 0;
    const auto* const begin = text.begin();
    if (text.size() != 8 || std::from_chars(begin, text.end(), number, 16).ptr != text.end())
        return {};
    Address four{.family = AF_INET};
    for (size_t i = 0; i < sizeof number; ++i)
        four.bytes[i] = static_cast<uint8_t>(number >> (8 * (3 - i)));
    return four;
}

} // namespace

LocalClients local_clients(std::string_view connections, const std::vector<Address>& own)
{
    LocalClients found;
    for (const auto line : lines(connections)) {
        const auto parts = words(line);
        const auto client = parts.size() > 1 ? hexadecimal_address(parts[1]) : std::nullopt;
        if (!client) continue; // the line of titles
        ++found.all;
        if (std::ranges::find(own, *client) != own.end()) ++found.local;
    }
    return found;
}

Result<Services> services(const Namespace& where)
{
    Services found;
    auto client = TRY(where.in([&] { return ipvs::Client::open(where.name()); }));
    for (const auto& [service, workers] : TRY(client.snapshot())) {
        for (const auto& worker : workers) add_once(found.workers, worker.address);
        if (std::ranges::none_of(workers, can_be_struck)) continue;
        if (service.key.fwmark)
            found.marks.push_back(service.key.fwmark);
        else
            add_once(found.vips, service.key.address);
    }
    // The kernel lists services in no order.
    std::ranges::sort(found.vips, {},
                      [](const Address& vip) { return std::pair(vip.family, vip.bytes); });
    return found;
}

Result<std::vector<Ingress>> in_force(const Namespace& where)
{
    std::vector<Ingress> found;
    for (const auto& each : TRY(devices(where))) {
        auto ingress = look_at(where, each.name);
        // It may go while we look.
        if (!ingress && ingress.error().code == ENODEV) continue;
        if (!ingress) return std::move(ingress).error();
        if (!ingress->rules.empty()) found.push_back(std::move(*ingress));
    }
    return found;
}

Result<Change> turn_on(const Namespace& where, const Request& request)
{
    const auto known = TRY(services(where));
    const auto vips = TRY(vips_for(request, known));
    auto choice = request.devices.empty() ? TRY(choose_here(where, known, vips))
                                          : Choice{.devices = request.devices};
    TRY(check_devices(where, choice.devices));
    if (choice.devices.empty())
        return error(object, "turn on", "no device has a route that clients could come through",
                     "--device names one; else: directorctl hotfix on");
    Change change{.left_out = std::move(choice.left_out), .notes = std::move(choice.notes)};
    TRY(consider_local_clients(where, change));
    Defer undo([&] {
        for (const auto& [device, added, others] : change.devices)
            std::ignore = remove(where, device, added);
    });
    for (const auto& device : choice.devices) {
        auto added = TRY(add(where, device, vips));
        change.devices.push_back(
            {device, std::move(added), TRY(look_at(where, device)).others > 0});
    }
    undo.release();
    return change;
}

Result<Change> turn_off(const Namespace& where, const Request& request)
{
    std::vector<Ingress> there;
    if (request.devices.empty()) there = TRY(in_force(where));
    for (const auto& device : request.devices) there.push_back(TRY(look_at(where, device)));
    Change change;
    for (const auto& ingress : there) {
        auto vips = request.vips;
        if (vips.empty())
            for (const auto& rule : ingress.rules) vips.push_back(rule.vip);
        change.devices.push_back(
            {ingress.device, TRY(remove(where, ingress.device, vips)), ingress.others > 0});
    }
    return change;
}

Result<Coverage> coverage(const Namespace& where)
{
    const auto known = TRY(services(where));
    const auto there = TRY(in_force(where));
    Coverage found;
    for (const auto& vip : known.vips) {
        const auto choice = TRY(choose_here(where, known, {vip}));
        const bool all = !choice.devices.empty() &&
                         std::ranges::all_of(choice.devices, [&](const std::string& name) {
                             return std::ranges::any_of(there, [&](const Ingress& each) {
                                 return each.device == name && each.has(vip);
                             });
                         });
        (all ? found.covered : found.uncovered).push_back(vip);
    }
    return found;
}

} // namespace gueway::mitigate
