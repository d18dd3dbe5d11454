// SPDX-License-Identifier: GPL-2.0-only
#include "mitigate/mitigation.h"

#include "ipvs/client.h"
#include "link/address.h"
#include "plan/writer.h"
#include "util/file.h"
#include "util/module.h"
#include "util/text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>

#include <fmt/format.h>

namespace gueway::mitigate {

namespace {

constexpr const char* object = "mitigation";

template <class T>
void add_once(std::vector<T>& list, const T& item)
{
    if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

bool can_be_struck(const ipvs::Destination& worker)
{
    return worker.forward == ipvs::Forward::tunnel &&
           (worker.encap.type == EncapType::gue || worker.encap.type == EncapType::gre);
}

Result<Surroundings> look_around(const Namespace& where, const Services& services)
{
    return Surroundings{TRY(devices(where)), TRY(routes(where)), services.workers};
}

// What is on each device that was left out: for the error that none is left.
Error no_device(const Choice& choice)
{
    std::string why = "no device has a route that clients could come through";
    for (const auto& [device, reason] : choice.left_out)
        why += fmt::format("; {}: {}", device, reason);
    return error(object, "turn on", std::move(why),
                 "--device names one; else: directorctl hotfix on");
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

// Refuses where every client is on this host, unless it was told where others will come; says so
// where some are.
Result<void> consider_local_clients(const Namespace& where, const Request& request, Change& change)
{
    if (!TRY(module_present("ip_vs"))) return {};
    const auto found = TRY(local_clients(where));
    if (found.local == 0) return {};
    if (found.local == found.all && request.devices.empty() && !request.force)
        return error(object, "turn on",
                     fmt::format("all connections ({}) come from the director itself, through no "
                                 "device",
                                 found.all),
                     "directorctl hotfix on; --force or --device for clients to come");
    change.notes.push_back(
        fmt::format("{} of {} connections come from the director itself, through "
                    "no device: for them, directorctl hotfix on",
                    found.local, found.all));
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

Result<LocalClients> local_clients(const Namespace& where)
{
    constexpr size_t most = size_t{16} << 20; // bytes of the list
    std::vector<Address> own;
    for (const auto& each : TRY(addresses(where))) own.push_back(each.address.address);
    const auto list = where.in([] { return read_file("/proc/thread-self/net/ip_vs_conn", most); });
    if (!list && list.error().code == EFBIG) return LocalClients{};
    return local_clients(TRY(list), own);
}

Result<Services> services(const Namespace& where)
{
    Services found;
    // To ask would load it.
    if (!TRY(module_present("ip_vs"))) return found;
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
        if (!ingress->empty()) found.push_back(std::move(*ingress));
    }
    return found;
}

Result<Change> turn_on(const Namespace& where, const Request& request)
{
    const auto lock = TRY(where.in([] { return plan::lock_writer(); }));
    const auto known = TRY(services(where));
    const auto vips = TRY(vips_for(request, known));
    auto choice = request.devices.empty() ? choose(TRY(look_around(where, known)), vips)
                                          : Choice{.devices = request.devices};
    TRY(check_devices(where, choice.devices));
    if (choice.devices.empty()) return no_device(choice);
    Change change{.left_out = std::move(choice.left_out), .notes = std::move(choice.missed)};
    TRY(consider_local_clients(where, request, change));
    Defer undo([&] {
        for (const auto& done : change.devices)
            std::ignore = remove(where, done.device, done.changed);
    });
    for (const auto& device : choice.devices) {
        change.devices.push_back({device, TRY(add(where, device, vips))});
        change.devices.back().others = TRY(look_at(where, device)).others > 0;
    }
    undo.release();
    return change;
}

Result<Change> turn_off(const Namespace& where, const Request& request)
{
    const auto lock = TRY(where.in([] { return plan::lock_writer(); }));
    std::vector<Ingress> there;
    if (request.devices.empty()) there = TRY(in_force(where));
    for (const auto& device : request.devices) there.push_back(TRY(look_at(where, device)));
    Change change;
    for (const auto& ingress : there) {
        auto vips = request.vips;
        if (vips.empty())
            for (const auto& rule : ingress.rules) vips.push_back(rule.vip);
        change.devices.push_back({ingress.device, TRY(remove(where, ingress.device, vips)),
                                  ingress.others > 0, ingress.leftovers()});
    }
    return change;
}

namespace {

bool covers(const Choice& choice, const std::vector<Ingress>& there, const Address& vip)
{
    if (choice.devices.empty() || !choice.missed.empty()) return false;
    return std::ranges::all_of(choice.devices, [&](const std::string& name) {
        return std::ranges::any_of(
            there, [&](const Ingress& each) { return each.device == name && each.has(vip); });
    });
}

} // namespace

Coverage coverage(const Services& known, const Surroundings& around,
                  const std::vector<Ingress>& there)
{
    Coverage found;
    std::map<int, Choice> choices; // of a family: that is all of a VIP that matters
    for (const auto& vip : known.vips) {
        const auto [choice, fresh] = choices.try_emplace(vip.family);
        if (fresh) {
            choice->second = choose(around, {vip});
            for (const auto& why : choice->second.missed) add_once(found.missed, why);
        }
        (covers(choice->second, there, vip) ? found.covered : found.uncovered).push_back(vip);
    }
    return found;
}

Result<Coverage> coverage(const Namespace& where)
{
    const auto known = TRY(services(where));
    if (known.vips.empty()) return Coverage{};
    return coverage(known, TRY(look_around(where, known)), TRY(in_force(where)));
}

} // namespace gueway::mitigate
