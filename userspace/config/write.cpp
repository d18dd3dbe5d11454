// SPDX-License-Identifier: GPL-2.0-only
// A Config as YAML: what has its default is left out, each worker and service on a line of its own.
#include "config/config.h"
#include "config/scheduler.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>

#include <fmt/format.h>

namespace gueway {

namespace {

// Plain where every reader of YAML takes it for text, else in double quotes.
std::string scalar(std::string_view text)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_./-";
    constexpr std::array<std::string_view, 10> words = {"null", "true", "false", "yes", "no",
                                                        "on",   "off",  "y",     "n",   "~"};
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (!text.empty() && std::isalnum(static_cast<unsigned char>(text[0])) &&
        text.find_first_not_of(plain) == text.npos &&
        std::ranges::find(words, lower) == words.end())
        return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < ' ')
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + "\"";
}

std::string scalar(const Address& address)
{
    return scalar(address.text());
}

std::string list(const std::vector<std::string>& items)
{
    return "[" + join(items, ", ") + "]";
}

// "{a: 1, b: 2}"
class Flow {
public:
    void add(std::string_view key, const std::string& value)
    {
        parts_.push_back(fmt::format("{}: {}", key, value));
    }
    void add(std::string_view key, uint64_t value, uint64_t fallback)
    {
        if (value != fallback) add(key, std::to_string(value));
    }
    bool empty() const { return parts_.empty(); }
    std::string text() const { return "{" + join(parts_, ", ") + "}"; }

private:
    std::vector<std::string> parts_;
};

std::string director(const Config& config)
{
    std::string out;
    Flow underlay;
    if (!config.underlay.device.empty()) underlay.add("device", scalar(config.underlay.device));
    underlay.add("mtu", config.underlay.mtu, 0);
    if (!underlay.empty()) out += "  underlay: " + underlay.text() + "\n";
    if (!config.vip_device.empty()) out += "  vip_device: " + scalar(config.vip_device) + "\n";
    if (!config.sysctls.empty()) out += "  sysctls:\n";
    for (const auto& each : config.sysctls)
        out += fmt::format("    {}: {}\n", scalar(each.name.substr(each.name.rfind('.') + 1)),
                           scalar(each.value));
    return out.empty() ? out : "director:\n" + out;
}

std::string worker_settings(const WorkerSettings& settings)
{
    const WorkerSettings defaults;
    Flow flow;
    if (settings.vip_device != defaults.vip_device)
        flow.add("vip_device", scalar(settings.vip_device));
    std::vector<std::string> routes(settings.return_routes.size());
    std::ranges::transform(settings.return_routes, routes.begin(),
                           [](const Prefix& route) { return scalar(route.text()); });
    if (!routes.empty()) flow.add("return_routes", list(routes));
    return flow.empty() ? std::string() : "worker: " + flow.text() + "\n";
}

std::string worker(const PoolWorker& worker)
{
    const PoolWorker defaults;
    Flow flow;
    flow.add("name", scalar(worker.name));
    flow.add("address", scalar(worker.address));
    flow.add("port", worker.port, defaults.port);
    flow.add("weight", worker.weight, defaults.weight);
    flow.add("upper_threshold", worker.upper_threshold, defaults.upper_threshold);
    flow.add("lower_threshold", worker.lower_threshold, defaults.lower_threshold);
    std::vector<std::string> own;
    for (const auto& address : {worker.private4, worker.private6})
        if (address) own.push_back(scalar(*address));
    if (!own.empty()) flow.add("private", list(own));
    return "      - " + flow.text() + "\n";
}

std::string encap(const Pool& pool)
{
    Flow flow;
    flow.add("type", std::string(name(pool.encap.type)));
    flow.add("port", pool.encap.port, 0);
    flow.add("port6", pool.port6, 0);
    if (pool.encap.checksum != EncapChecksum::none)
        flow.add("checksum", std::string(name(pool.encap.checksum)));
    return "    encap: " + flow.text() + "\n";
}

std::string pool(const Pool& pool)
{
    std::string out = "  " + scalar(pool.name) + ":\n";
    if (pool.forward == ipvs::Forward::tunnel)
        out += encap(pool);
    else
        out += fmt::format("    forward: {}\n", ipvs::name(pool.forward));
    out += pool.workers.empty() ? "    workers: []\n    empty: true\n" : "    workers:\n";
    for (const auto& each : pool.workers) out += worker(each);
    return out;
}

std::string netmask(const ipvs::Service& service)
{
    const uint32_t mask = service.netmask;
    if (service.key.family == AF_INET6) return std::to_string(mask);
    const int ones = std::countl_one(mask);
    if (ones && mask == ~uint32_t{0} << (32 - ones)) return std::to_string(ones);
    return fmt::format("{}.{}.{}.{}", mask >> 24, mask >> 16 & 255, mask >> 8 & 255, mask & 255);
}

void put_key(Flow& flow, const ipvs::ServiceKey& key)
{
    if (key.fwmark) {
        flow.add("fwmark", std::to_string(key.fwmark));
        if (key.family == AF_INET6) flow.add("family", "ipv6");
        return;
    }
    flow.add("vip", scalar(key.address));
    flow.add("port", key.port, 0);
    flow.add("protocol", std::string(ipvs::protocol_name(key.protocol)));
}

std::string service(const VirtualService& each)
{
    const auto& service = each.service;
    Flow flow;
    put_key(flow, service.key);
    flow.add("scheduler", scalar(service.scheduler));
    const auto flags = scheduler_flags(service.scheduler, service.flags);
    if (!flags.empty()) flow.add("flags", list(flags));
    if (service.flags & ipvs::persistent) {
        flow.add("persistence", std::to_string(service.timeout));
        if (service.netmask != ipvs::whole_netmask(service.key.family))
            flow.add("persistence_netmask", netmask(service));
        if (!service.persistence_engine.empty())
            flow.add("persistence_engine", scalar(service.persistence_engine));
    }
    if (service.flags & ipvs::one_packet) flow.add("one_packet", "true");
    flow.add("pool", scalar(each.pool));
    return "  - " + flow.text() + "\n";
}

} // namespace

std::string config_yaml(const Config& config)
{
    std::string out = director(config) + worker_settings(config.worker);
    out += config.pools.empty() ? "pools: {}\n" : "pools:\n";
    for (const auto& each : config.pools) out += pool(each);
    out += config.services.empty() ? "services: []\n" : "services:\n";
    for (const auto& each : config.services) out += service(each);
    return out;
}

} // namespace gueway
