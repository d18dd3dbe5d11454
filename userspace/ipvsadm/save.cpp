// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/save.h"

#include "ipvsadm/scheduler_flags.h"

#include <iterator>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace gueway::ipvsadm {

namespace {

using ipvs::Destination;
using ipvs::Forward;
using ipvs::Service;
using Text = fmt::memory_buffer;

// tcp_timeouts and udp_timeouts in ip_vs_proto_tcp.c and _udp.c: established, fin_wait, udp.
constexpr ipvs::Timeouts kernel_defaults = {.tcp = 900, .tcp_fin = 120, .udp = 300};

std::string service_words(const ipvs::ServiceKey& key)
{
    if (key.fwmark) return fmt::format("-f {}{}", key.fwmark, key.family == AF_INET6 ? " -6" : "");
    const char* const option = key.protocol == IPPROTO_TCP   ? "-t"
                               : key.protocol == IPPROTO_UDP ? "-u"
                                                             : "--sctp-service";
    return fmt::format("{} {}", option, ipvs::endpoint(key.address, key.port));
}

void save_service(const Service& service, const std::string& words, Text& text)
{
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "-A {} -s {}", words, service.scheduler);
    if (service.flags & ipvs::persistent) fmt::format_to(out, " -p {}", service.timeout);
    if (const auto mask = shown_netmask(service); !mask.empty())
        fmt::format_to(out, " -M {}", mask);
    if (!service.persistence_engine.empty())
        fmt::format_to(out, " --pe {}", service.persistence_engine);
    if (service.flags & ipvs::one_packet) fmt::format_to(out, " -o");
    if (const auto flags = scheduler_flags_text(service.flags, service.scheduler); !flags.empty())
        fmt::format_to(out, " -b {}", flags);
    text.push_back('\n');
}

const char* forward_option(Forward forward)
{
    if (forward == Forward::masquerade) return "-m";
    return forward == Forward::tunnel ? "-i" : "-g";
}

void save_tunnel(const Encap& encap, Text& text)
{
    const auto out = std::back_inserter(text);
    fmt::format_to(out, " --tun-type {}", name(encap.type));
    if (encap.port) fmt::format_to(out, " --tun-port {}", encap.port);
    if (encap.type == EncapType::ipip) return;
    fmt::format_to(out, "{}",
                   encap.checksum == EncapChecksum::none   ? " --tun-nocsum"
                   : encap.checksum == EncapChecksum::full ? " --tun-csum"
                                                           : " --tun-remcsum");
}

void save_worker(const Destination& worker, const std::string& words, Text& text)
{
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "-a {} -r {} {} -w {}", words, worker.text(),
                   forward_option(worker.forward), worker.weight);
    if (worker.forward == Forward::tunnel) save_tunnel(worker.encap, text);
    if (worker.upper_threshold) fmt::format_to(out, " -x {}", worker.upper_threshold);
    if (worker.lower_threshold) fmt::format_to(out, " -y {}", worker.lower_threshold);
    text.push_back('\n');
}

} // namespace

std::string shown_netmask(const Service& service)
{
    const bool persistent = (service.flags & ipvs::persistent) != 0;
    if (!persistent || service.netmask == ipvs::whole_netmask(service.key.family)) return {};
    if (service.key.family == AF_INET6) return std::to_string(service.netmask);
    const in_addr mask{htonl(service.netmask)};
    char text[INET_ADDRSTRLEN];
    return ::inet_ntop(AF_INET, &mask, text, sizeof text);
}

std::string save(const std::vector<ipvs::ServiceState>& services, bool backwards)
{
    Text text;
    for (const auto& [service, workers] : services) {
        const auto words = service_words(service.key);
        save_service(service, words, text);
        if (backwards)
            for (auto worker = workers.rbegin(); worker != workers.rend(); ++worker)
                save_worker(*worker, words, text);
        else
            for (const auto& worker : workers) save_worker(worker, words, text);
    }
    return fmt::to_string(text);
}

std::string save(const ipvs::Timeouts& timeouts)
{
    if (timeouts.tcp == kernel_defaults.tcp && timeouts.tcp_fin == kernel_defaults.tcp_fin &&
        timeouts.udp == kernel_defaults.udp)
        return {};
    return fmt::format("--set {} {} {}\n", timeouts.tcp, timeouts.tcp_fin, timeouts.udp);
}

std::string save(const std::vector<ipvs::Daemon>& daemons)
{
    std::string text;
    for (const auto& daemon : daemons) {
        text += fmt::format("--start-daemon {} --mcast-interface {} --syncid {}",
                            daemon.role == ipvs::DaemonRole::master ? "master" : "backup",
                            daemon.interface, daemon.sync_id);
        if (daemon.max_length) text += fmt::format(" --sync-maxlen {}", daemon.max_length);
        if (daemon.group.family) text += fmt::format(" --mcast-group {}", daemon.group.text());
        if (daemon.port) text += fmt::format(" --mcast-port {}", daemon.port);
        if (daemon.ttl) text += fmt::format(" --mcast-ttl {}", daemon.ttl);
        text += '\n';
    }
    return text;
}

} // namespace gueway::ipvsadm
