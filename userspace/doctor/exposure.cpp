// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/exposure.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::doctor {

namespace {

std::string_view tunnel_feature(const Encap& encap)
{
    const bool checksum = encap.checksum != EncapChecksum::none;
    return encap.type == EncapType::gre
               ? (checksum ? "tx-gre-csum-segmentation" : "tx-gre-segmentation")
               : (checksum ? "tx-udp_tnl-csum-segmentation" : "tx-udp_tnl-segmentation");
}

// A device that is known to do less than its features say.
struct DriverFact {
    std::string_view driver;
    EncapType type;
    std::string_view fact;
};

// From the drivers' features_check and gso_partial_features, 6.1.
constexpr uint16_t geneve_port = 6081;
constexpr DriverFact driver_facts[] = {
    {"mlx5_core", EncapType::gue,
     "mlx5_core is known to leave UDP tunnels to the kernel unless their port is registered "
     "(VXLAN) or 6081 (GENEVE), whatever its features say"},
    {"mlx5_core", EncapType::gre,
     "mlx5_core is known to segment GRE with the kernel's help (GSO partial), which reads the "
     "wrong offset too"},
};

// Which tunnels a device finishes with the kernel's help is not shown by the kernel; common drivers
// name these.
bool partial_as_a_rule(const Encap& encap)
{
    return encap.type == EncapType::gre || encap.checksum == EncapChecksum::full;
}

// Empty: nothing is known that speaks against the device's features.
std::string doubt(const DeviceFacts& device, const Encap& encap)
{
    for (const auto& [driver, type, fact] : driver_facts)
        if (driver == device.driver && type == encap.type &&
            (type != EncapType::gue || encap.port != geneve_port))
            return std::string(fact);
    if (device.has("tx-gso-partial") && partial_as_a_rule(encap))
        return fmt::format("{} has tx-gso-partial: drivers that do often segment this tunnel with "
                           "the kernel's help, which reads the wrong offset too",
                           device.name);
    if (!device.known) return fmt::format("the features of {} could not be read", device.name);
    return {};
}

void judge(Segmentation& one, const std::vector<DeviceFacts>& stack)
{
    if (one.encap.type == EncapType::ipip) return;
    const auto needed = needed_features(one.encap, one.underlay);
    one.exposure = needed.empty() ? Exposure::exposed : Exposure::hidden;
    if (needed.empty()) one.missing.emplace_back("any: no device segments a remote checksum");
    for (const auto& device : stack) {
        if (!device.driver.empty()) one.driver = device.driver;
        for (const auto feature : needed)
            if (device.known && !device.has(feature))
                one.missing.push_back(fmt::format("{} of {}", feature, device.name));
        if (one.knowledge.empty()) one.knowledge = doubt(device, one.encap);
        one.dropped += device.dropped;
        one.dropping += device.dropping;
    }
    if (!one.missing.empty())
        one.exposure = Exposure::exposed;
    else if (!one.knowledge.empty() || one.dropped > 0)
        one.exposure = Exposure::possible;
}

bool same_tunnel(const Segmentation& one, const Worker& worker)
{
    return one.device == worker.way.device && one.encap == worker.destination.encap &&
           one.underlay == worker.destination.address.family;
}

} // namespace

bool DeviceFacts::has(std::string_view feature) const
{
    return std::ranges::find(features, feature) != features.end();
}

std::string_view name(Exposure exposure)
{
    constexpr std::string_view names[] = {"unaffected", "hidden", "possible", "exposed"};
    return names[static_cast<size_t>(exposure)];
}

std::string Segmentation::text() const
{
    return fmt::format("{} over {} by {}", gueway::text(encap),
                       underlay == AF_INET6 ? "IPv6" : "IPv4", device);
}

// ip_vs_tunnel_xmit asks for IPXIP4 or IPXIP6 beside the tunnel's own type (ip_vs_xmit.c); the
// remote checksum has a type that no device offers.
std::vector<std::string_view> needed_features(const Encap& encap, int underlay)
{
    if (encap.checksum == EncapChecksum::remote) return {};
    std::vector<std::string_view> needed = {"tx-tcp-segmentation", "tx-tcp6-segmentation",
                                            underlay == AF_INET6 ? "tx-ipxip6-segmentation"
                                                                 : "tx-ipxip4-segmentation"};
    if (encap.type != EncapType::ipip) needed.push_back(tunnel_feature(encap));
    return needed;
}

std::vector<Segmentation> segmentations(const Settings& settings)
{
    std::vector<Segmentation> all;
    for (const auto& worker : settings.workers) {
        if (!worker.tunnelled()) continue;
        auto known = std::ranges::find_if(
            all, [&](const Segmentation& one) { return same_tunnel(one, worker); });
        if (known == all.end())
            known = all.insert(all.end(), {.device = worker.way.device,
                                           .encap = worker.destination.encap,
                                           .underlay = worker.destination.address.family});
        ++known->workers;
    }
    for (auto& one : all)
        for (const auto& underlay : settings.underlays)
            if (underlay.device == one.device) judge(one, underlay.stack);
    return all;
}

} // namespace gueway::doctor
