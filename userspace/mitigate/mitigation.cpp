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

namespace {

Result<LocalClients> local_clients_of(const Namespace& where)
{
    constexpr size_t most = size_t{16} << 20; // bytes of the list
    if (!TRY(module_present("ip_vs"))) return LocalClients{};
    std::vector<Address> own;
    for (const auto& each : TRY(addresses(where))) own.push_back(each.address.address);
    const auto list = where.in([] { return read_file("/proc/thread-self/net/ip_vs_conn", most); });
    if (!list && list.error().code == EFBIG) return LocalClients{};
    return local_clients(TRY(list), own);
}

} // namespace

Result<Facts> read_facts(const Namespace& where)
{
    Facts facts{.services = TRY(services(where))};
    facts.around = {TRY(devices(where)), TRY(routes(where)), facts.services.workers};
    facts.clients = TRY(local_clients_of(where));
    return facts;
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
    for (const auto& name : request.devices) TRY(device(where, name)); // there is one
    const auto [vips, choice, notes] = TRY(decide(request, TRY(read_facts(where))));
    Change change{.left_out = choice.left_out, .notes = notes};
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
    const auto facts = TRY(read_facts(where));
    if (facts.services.vips.empty()) return Coverage{};
    return coverage(facts.services, facts.around, TRY(in_force(where)));
}

} // namespace gueway::mitigate
