// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/listing.h"

#include "ipvsadm/endpoint.h"
#include "ipvsadm/save.h"
#include "ipvsadm/scheduler_flags.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include <fmt/format.h>

namespace gueway::ipvsadm {

namespace {

using ipvs::Destination;
using ipvs::Forward;
using ipvs::Service;
using ipvs::ServiceState;
using Text = fmt::memory_buffer;

// Which columns a listing has. In the order in which ipvsadm prefers them.
enum class Columns : uint8_t { stats, rate, thresholds, persistent, tunnels, plain };

Columns columns_of(Options named)
{
    constexpr std::pair<Option, Columns> by_option[] = {
        {Option::stats, Columns::stats},           {Option::rate, Columns::rate},
        {Option::thresholds, Columns::thresholds}, {Option::persistent_conn, Columns::persistent},
        {Option::tunnel_info, Columns::tunnels},
    };
    for (const auto& [option, columns] : by_option)
        if (named & options(option)) return columns;
    return Columns::plain;
}

class Table {
public:
    explicit Table(Options named)
        : columns_(columns_of(named)), numeric_((named & options(Option::numeric)) != 0),
          exact_((named & options(Option::exact)) != 0)
    {}
    std::string print(const std::vector<ServiceState>& services);

private:
    template <class... T>
    void add(fmt::format_string<T...> format, T&&... values)
    {
        fmt::format_to(std::back_inserter(text_), format, std::forward<T>(values)...);
    }
    void title();
    void number_titles(const char* const (&names)[5]);
    void service(const Service& service);
    void worker(const Destination& worker, uint16_t protocol);
    void number(uint64_t value);
    void counters(const ipvs::Stats& stats);
    std::string endpoint(const Address& address, uint16_t port, uint16_t protocol, size_t most);

    Columns columns_;
    bool numeric_, exact_;
    Text text_;
};

// Nine columns wide; from 10^8 on in thousands and so on unless exact, which then takes more room.
void Table::number(uint64_t value)
{
    struct Unit {
        uint64_t below, divisor;
        char letter;
    };
    constexpr Unit units[] = {{1'000'000'000, 1'000, 'K'},
                              {100'000'000'000, 1'000'000, 'M'},
                              {100'000'000'000'000, 1'000'000'000, 'G'},
                              {UINT64_MAX, 1'000'000'000'000, 'T'}};
    if (exact_) return add(" {:>8}", value);
    if (value < 100'000'000) return add("{:>9}", value);
    const auto* const unit =
        std::ranges::find_if(units, [&](const Unit& row) { return value < row.below; });
    add("{:>8}{}", value / unit->divisor, unit->letter);
}

void Table::number_titles(const char* const (&names)[5])
{
    add("{:<33}", "Prot LocalAddress:Port");
    for (const auto* name : names) add(" {:>8}", name);
}

void Table::title()
{
    constexpr const char* servers = "\n  -> RemoteAddress:Port";
    switch (columns_) {
    case Columns::stats:
        number_titles({"Conns", "InPkts", "OutPkts", "InBytes", "OutBytes"});
        return add("{}\n", servers);
    case Columns::rate:
        number_titles({"CPS", "InPPS", "OutPPS", "InBPS", "OutBPS"});
        return add("{}\n", servers);
    case Columns::thresholds:
        return add("{:<33} {:<10} {:<10} {:<10} {:<10}{}\n", "Prot LocalAddress:Port", "Uthreshold",
                   "Lthreshold", "ActiveConn", "InActConn", servers);
    case Columns::persistent:
        return add("{:<33} {:<9} {:<11} {:<10} {:<10}{}\n", "Prot LocalAddress:Port", "Weight",
                   "PersistConn", "ActiveConn", "InActConn", servers);
    case Columns::tunnels:
        return add("Prot LocalAddress:Port Scheduler Flags{:<34} {:<7} {:<13} {} {} {}\n", servers,
                   "Forward", "TunnelInfo", "Weight", "ActiveConn", "InActConn");
    case Columns::plain:
        return add("Prot LocalAddress:Port Scheduler Flags{:<34} {:<7} {} {} {}\n", servers,
                   "Forward", "Weight", "ActiveConn", "InActConn");
    }
}

// IPv4 names are cut to the column, IPv6 ones never.
std::string Table::endpoint(const Address& address, uint16_t port, uint16_t protocol, size_t most)
{
    auto text = numeric_ ? ipvs::endpoint(address, port) : named_endpoint(address, port, protocol);
    if (address.family == AF_INET && text.size() > most) text.resize(most);
    return text;
}

void Table::counters(const ipvs::Stats& stats)
{
    for (const auto value :
         {stats.connections, stats.in_packets, stats.out_packets, stats.in_bytes, stats.out_bytes})
        number(value);
}

void Table::service(const Service& service)
{
    constexpr size_t width = 33;
    const auto& key = service.key;
    const bool counts = columns_ == Columns::stats || columns_ == Columns::rate;
    const auto name =
        key.fwmark ? fmt::format("FWM  {}{}", key.fwmark, key.family == AF_INET6 ? " IPv6" : "")
                   : fmt::format("{:<4} {}",
                                 key.protocol == IPPROTO_TCP   ? "TCP"
                                 : key.protocol == IPPROTO_UDP ? "UDP"
                                                               : "SCTP",
                                 endpoint(key.address, key.port, key.protocol, width - 5));
    if (counts) {
        add("{:<33}", name);
        const auto& stats = service.stats;
        if (columns_ == Columns::stats) return counters(stats);
        for (const auto value :
             {stats.cps, stats.in_pps, stats.out_pps, stats.in_bps, stats.out_bps})
            number(value);
        return;
    }
    add("{} {}", name, service.scheduler);
    if (const auto flags = scheduler_flags_text(service.flags, service.scheduler); !flags.empty())
        add(" ({})", flags);
    if (service.flags & ipvs::persistent) add(" persistent {}", service.timeout);
    if (const auto mask = shown_netmask(service); !mask.empty()) add(" mask {}", mask);
    if (!service.persistence_engine.empty()) add(" pe {}", service.persistence_engine);
    if (service.flags & ipvs::one_packet) add(" ops");
}

const char* forward_name(Forward forward)
{
    switch (forward) {
    case Forward::masquerade:
        return "Masq";
    case Forward::local:
        return "Local";
    case Forward::tunnel:
        return "Tunnel";
    case Forward::direct:
        break;
    }
    return "Route";
}

std::string tunnel_text(const Destination& worker)
{
    if (worker.forward != Forward::tunnel) return "n/a";
    const auto& encap = worker.encap;
    const char* const checksum = encap.checksum == EncapChecksum::none   ? "-c"
                                 : encap.checksum == EncapChecksum::full ? "+c"
                                                                         : "r+c";
    if (encap.type == EncapType::gue) return fmt::format("gue:{}:{}", encap.port, checksum);
    if (encap.type == EncapType::gre) return fmt::format("gre:{}", checksum);
    return "ipip";
}

void Table::worker(const Destination& worker, uint16_t protocol)
{
    add("  -> {:<28}", endpoint(worker.address, worker.port, protocol, 28));
    const auto& stats = worker.stats;
    switch (columns_) {
    case Columns::stats:
        counters(stats);
        break;
    case Columns::rate:
        add(" {:>8} {:>8} {:>8}", stats.cps, stats.in_pps, stats.out_pps);
        number(stats.in_bps);
        number(stats.out_bps);
        break;
    case Columns::thresholds:
        add(" {:<10} {:<10} {:<10} {:<10}", worker.upper_threshold, worker.lower_threshold,
            worker.active, worker.inactive);
        break;
    case Columns::persistent:
        add(" {:<9} {:<11} {:<10} {:<10}", worker.weight, worker.persistent, worker.active,
            worker.inactive);
        break;
    case Columns::tunnels:
        add(" {:<7} {:<13} {:<6} {:<10} {:<10}", forward_name(worker.forward), tunnel_text(worker),
            worker.weight, worker.active, worker.inactive);
        break;
    case Columns::plain:
        add(" {:<7} {:<6} {:<10} {:<10}", forward_name(worker.forward), worker.weight,
            worker.active, worker.inactive);
        break;
    }
    add("\n");
}

std::string Table::print(const std::vector<ServiceState>& services)
{
    title();
    for (const auto& [one, workers] : services) {
        service(one);
        add("\n");
        for (const auto& destination : workers)
            worker(destination, one.key.fwmark ? uint16_t{0} : one.key.protocol);
    }
    return fmt::to_string(text_);
}

} // namespace

std::string banner(const ipvs::Info& info)
{
    return fmt::format("IP Virtual Server version {}.{}.{} (size={})\n", info.version >> 16,
                       info.version >> 8 & 0xff, info.version & 0xff, info.table_size);
}

std::string table(const std::vector<ServiceState>& services, Options named)
{
    return Table(named).print(services);
}

void sort(std::vector<ServiceState>& services)
{
    std::ranges::stable_sort(services, {},
                             [](const ServiceState& state) { return state.service.key; });
    const auto place = [](const Destination& worker) {
        return std::tie(worker.address.bytes, worker.port);
    };
    for (auto& state : services) std::ranges::stable_sort(state.destinations, {}, place);
}

std::string timeouts_line(const ipvs::Timeouts& timeouts)
{
    return fmt::format("Timeout (tcp tcpfin udp): {} {} {}\n", timeouts.tcp, timeouts.tcp_fin,
                       timeouts.udp);
}

std::string daemon_lines(const std::vector<ipvs::Daemon>& daemons)
{
    std::string text;
    for (const auto role : {ipvs::DaemonRole::master, ipvs::DaemonRole::backup}) {
        const auto daemon = std::ranges::find(daemons, role, &ipvs::Daemon::role);
        if (daemon == daemons.end()) continue;
        text += fmt::format("{} sync daemon (mcast={}, syncid={}",
                            role == ipvs::DaemonRole::master ? "master" : "backup",
                            daemon->interface, daemon->sync_id);
        if (daemon->max_length) text += fmt::format(", maxlen={}", daemon->max_length);
        if (daemon->group.family) text += fmt::format(", group={}", daemon->group.text());
        if (daemon->port) text += fmt::format(", port={}", daemon->port);
        if (daemon->ttl) text += fmt::format(", ttl={}", daemon->ttl);
        text += ")\n";
    }
    return text;
}

} // namespace gueway::ipvsadm
