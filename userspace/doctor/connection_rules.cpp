// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::doctor {

namespace {

// Whether a service may carry TCP: one of a firewall mark takes whatever is marked.
bool carries_tcp(const ipvs::ServiceState& state)
{
    const auto& key = state.service.key;
    return key.fwmark != 0 || key.protocol == IPPROTO_TCP;
}

// Schedulers that give a client the same worker again, on every director that has the same workers.
bool hashes_source(const ipvs::ServiceState& state)
{
    return state.service.scheduler == "mh" || state.service.scheduler == "sh";
}

// Ports are used again in SCTP too (ip_vs_core.c, is_new_conn_expected).
bool reuses_ports(const ipvs::ServiceState& state)
{
    return carries_tcp(state) || state.service.key.protocol == IPPROTO_SCTP;
}

Finding finding(Severity severity, std::string id, std::string_view sysctl, int value,
                std::string why)
{
    return {.severity = severity,
            .id = std::move(id),
            .subject = std::string(sysctl),
            .found = fmt::format("is {}", value),
            .why = std::move(why)};
}

constexpr std::string_view sloppy = "net.ipv4.vs.sloppy_tcp";
constexpr std::string_view reuse = "net.ipv4.vs.conn_reuse_mode";
constexpr std::string_view expire = "net.ipv4.vs.expire_nodest_conn";
constexpr std::string_view conntrack = "net.ipv4.vs.conntrack";

// tcp_conn_schedule: what is no SYN makes no connection, and goes on to this host's own TCP, which
// has the VIP and no such connection.
void add_sloppy_off(Findings& found, const Settings& settings)
{
    std::vector<std::string> services;
    for (const auto& each : settings.services)
        if (carries_tcp(each) && hashes_source(each)) services.push_back(each.service.key.text());
    if (settings.sysctls.sloppy_tcp != 0 || services.empty()) return;
    auto made = finding(Severity::at_risk, "sloppy-tcp-off", sloppy, 0,
                        fmt::format("connections that reach this director in the middle (another "
                                    "director fails, ip_vs is loaded anew) are reset, though {} "
                                    "would find their worker again",
                                    listed(services)));
    made.commands.push_back(set_command(sloppy, 1));
    found.push_back(std::move(made));
}

void add_sloppy_on(Findings& found, const Settings& settings)
{
    const auto tcp = [](const auto& each) { return carries_tcp(each); };
    const auto hashed = [](const auto& each) { return carries_tcp(each) && hashes_source(each); };
    const int now = settings.sysctls.sloppy_tcp.value_or(0);
    if (now == 0 || std::ranges::none_of(settings.services, tcp) ||
        std::ranges::any_of(settings.services, hashed))
        return;
    auto made = finding(Severity::note, "sloppy-tcp-on", sloppy, now,
                        "no TCP service is scheduled by mh or sh, so that a connection that comes "
                        "in the middle goes to any worker, and each stray packet takes an entry "
                        "in the connection table");
    made.commands.push_back(set_command(sloppy, 0));
    found.push_back(std::move(made));
}

void add_expire(Findings& found, const Settings& settings)
{
    if (settings.sysctls.expire_nodest_conn != 0 || settings.services.empty()) return;
    auto made = finding(Severity::at_risk, "expire-nodest-off", expire, 0,
                        "the clients of a worker that is removed hang until their connections "
                        "time out: their packets are dropped without an answer");
    made.commands.push_back(set_command(expire, 1));
    found.push_back(std::move(made));
}

void add_reuse(Findings& found, const Settings& settings)
{
    const auto& now = settings.sysctls;
    if (now.conn_reuse_mode != 0 || std::ranges::none_of(settings.services, reuses_ports)) return;
    const bool expires = now.expire_nodest_conn.value_or(0) != 0;
    auto made =
        expires
            ? finding(Severity::note, "conn-reuse-off", reuse, 0,
                      "with expire_nodest_conn that is safe, but kernels before 5.16 (without "
                      "backports: 5.10.83, 5.15.6) send a client that uses a port again to a "
                      "worker of weight 0")
            : finding(Severity::at_risk, "conn-reuse-off", reuse, 0,
                      "a client that uses a port again goes to the worker of its last connection, "
                      "even when that is drained to weight 0: a bad worker cannot be emptied");
    // Entries of connections whose answers do not pass here never get further than FIN_WAIT.
    constexpr int safe_states = 1, fin_wait_too = 3;
    const bool direct_return = std::ranges::any_of(settings.workers, [](const Worker& worker) {
        return worker.destination.forward != ipvs::Forward::masquerade;
    });
    made.commands.push_back(set_command(reuse, direct_return ? fin_wait_too : safe_states));
    if (expires) made.basis = Basis::knowledge;
    found.push_back(std::move(made));
}

// ip_vs_in_hook drops a SYN whose connection is to be scheduled anew while conntrack has the old
// one.
void add_conntrack(Findings& found, const Settings& settings)
{
    const int tracked = settings.sysctls.conntrack.value_or(0);
    const int mode = settings.sysctls.conn_reuse_mode.value_or(0);
    if (tracked == 0 || mode == 0 || std::ranges::none_of(settings.services, reuses_ports)) return;
    auto made = finding(Severity::note, "conntrack-drops-reused", conntrack, tracked,
                        fmt::format("with conn_reuse_mode {} the first SYN of a client that uses a "
                                    "port again is dropped, which costs it a second",
                                    mode));
    made.commands.push_back(set_command(conntrack, 0));
    made.advice = "unless rules of netfilter need the state of IPVS's connections";
    found.push_back(std::move(made));
}

} // namespace

std::string set_command(std::string_view sysctl, int value)
{
    return fmt::format("sysctl -w {}={}", sysctl, value);
}

Findings connection_findings(const Settings& settings)
{
    Findings found;
    add_sloppy_off(found, settings);
    add_sloppy_on(found, settings);
    add_expire(found, settings);
    add_reuse(found, settings);
    add_conntrack(found, settings);
    return found;
}

} // namespace gueway::doctor
