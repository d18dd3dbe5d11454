// SPDX-License-Identifier: GPL-2.0-only
#include "losses.h"

#include "util/file.h"
#include "util/text.h"

#include <algorithm>

namespace gueway {

namespace {

Result<void> add_devices(Losses& losses, const std::string& host, const Namespace& where)
{
    for (const auto& each : TRY(devices(where))) {
        const auto of_device = host + " " + each.name + " ";
        losses[of_device + "tx_dropped"] = each.counters.tx_dropped;
        losses[of_device + "tx_errors"] = each.counters.tx_errors;
        losses[of_device + "rx_errors"] = each.counters.rx_errors;
    }
    return {};
}

// "FragFails" of "Ip:" and "Ip6FragFails" are one count of two families.
bool is_loss(std::string_view name)
{
    return name.ends_with("FragFails") || name.ends_with("InCsumErrors");
}

// A line "Ip: NAME..." and one "Ip: VALUE...".
Result<void> add_snmp(Losses& losses, const std::string& host)
{
    const auto file = TRY(read_file("/proc/thread-self/net/snmp"));
    const auto all = lines(file);
    for (size_t i = 0; i + 1 < all.size(); i += 2) {
        const auto names = words(all[i]), values = words(all[i + 1]);
        for (size_t column = 1; column < std::min(names.size(), values.size()); ++column)
            if (is_loss(names[column]))
                losses[host + " " + std::string(names[0]) + std::string(names[column])] =
                    parse_number<uint64_t>(values[column]).value_or(0);
    }
    return {};
}

// Lines "NAME VALUE".
Result<void> add_snmp6(Losses& losses, const std::string& host)
{
    const auto file = TRY(read_file("/proc/thread-self/net/snmp6"));
    for (const auto line : lines(file))
        if (const auto pair = words(line); pair.size() == 2 && is_loss(pair[0]))
            losses[host + " " + std::string(pair[0])] = parse_number<uint64_t>(pair[1]).value_or(0);
    return {};
}

} // namespace

Result<Losses> losses(const Topology& topology)
{
    Losses all;
    for (const auto& host : topology.spec().hosts) {
        TRY(add_devices(all, host.name, *TRY(topology.host(host.name))));
        TRY(topology.in(host.name, [&]() -> Result<void> {
            TRY(add_snmp(all, host.name));
            return add_snmp6(all, host.name);
        }));
    }
    return all;
}

} // namespace gueway
