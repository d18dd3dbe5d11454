// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/read_parts.h"
#include "link/address.h"
#include "link/route.h"
#include "link/sysctl.h"
#include "link/tunnel.h"
#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <set>

#include <netinet/in.h>

namespace gueway::doctor {

namespace {

int rp_filter(const Namespace& where, const std::string& device)
{
    const auto value = sysctl(where, device_sysctl(AF_INET, device, "rp_filter"));
    return value ? parse_number<int>(*value).value_or(0) : 0;
}

// Whether IPv4 packets come out of the tunnel: one without a remote address takes them from any
// host, one with is for sending to a single one.
bool gives_ipv4(const TunnelDevice& tunnel)
{
    const bool takes_ipv4 = tunnel.inner == 0 || tunnel.inner == IPPROTO_IPIP;
    return tunnel.up && !tunnel.remote && takes_ipv4 && tunnel.kind != TunnelKind::sit;
}

// The device of the best route for anywhere; empty when there is none, or one over several devices.
Result<std::string> default_device(const Namespace& where)
{
    const RouteState* best = nullptr;
    const auto all = TRY(routes(where));
    for (const auto& route : all)
        if (route.entry.to.length == 0 && route.entry.to.address.family == AF_INET &&
            (!best || route.metric < best->metric))
            best = &route;
    return best && best->hops == 1 ? best->entry.device : std::string();
}

} // namespace

uint64_t filtered_packets(std::string_view netstat)
{
    std::vector<std::string_view> names;
    for (const auto line : lines(netstat)) {
        const auto columns = words(line);
        if (columns.empty() || columns[0] != "TcpExt:") continue;
        if (names.empty()) {
            names = columns;
            continue;
        }
        const auto at =
            static_cast<size_t>(std::ranges::find(names, "IPReversePathFilter") - names.begin());
        return at < columns.size() ? parse_number<uint64_t>(columns[at]).value_or(0) : 0;
    }
    return 0;
}

uint64_t read_filtered(const Namespace& where)
{
    const auto netstat = where.in([] { return read_file("/proc/thread-self/net/netstat"); });
    return netstat ? filtered_packets(*netstat) : 0;
}

Result<ReversePaths> read_reverse_paths(const Namespace& where, const std::vector<Device>& all)
{
    std::set<std::string> addressed, tunnels, ends;
    for (const auto& address : TRY(addresses(where)))
        if (address.address.address.family == AF_INET) addressed.insert(address.device);
    for (const auto& tunnel : TRY(gueway::tunnels(where))) {
        tunnels.insert(tunnel.name);
        if (gives_ipv4(tunnel)) ends.insert(tunnel.name);
    }
    ReversePaths paths;
    paths.all = rp_filter(where, "all");
    for (const auto& device : all) {
        const bool end = ends.contains(device.name);
        if (!device.up || device.name == "lo" || device.master != 0 ||
            (tunnels.contains(device.name) && !end))
            continue;
        paths.inputs.push_back({.device = device.name,
                                .rp_filter = rp_filter(where, device.name),
                                .addressed = addressed.contains(device.name),
                                .ends_tunnel = end});
    }
    paths.default_device = TRY(default_device(where));
    paths.filtered = read_filtered(where);
    return paths;
}

} // namespace gueway::doctor
