// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/options.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace gueway::ipvsadm {

namespace {

constexpr VerbSpelling verb_table[] = {
    {Verb::add_service, "add-service", 'A', {}, "add a service"},
    {Verb::edit_service, "edit-service", 'E', {}, "change a service; keeps what is not named"},
    {Verb::delete_service, "delete-service", 'D', {}, "remove a service and its servers"},
    {Verb::clear, "clear", 'C', {}, "remove all services"},
    {Verb::restore, "restore", 'R', {}, "run the command lines of standard input"},
    {Verb::save, "save", 'S', {}, "print the table as command lines for -R"},
    {Verb::add_server, "add-server", 'a', {}, "add a server to a service"},
    {Verb::edit_server, "edit-server", 'e', {}, "change a server; keeps what is not named"},
    {Verb::delete_server, "delete-server", 'd', {}, "remove a server from its service"},
    {Verb::list, "list", 'L', {}, "list the table, one service, or connections"},
    {Verb::list, "list", 'l', {}, "the same"},
    {Verb::zero, "zero", 'Z', {}, "set the counters of one or all services to zero"},
    {Verb::set_timeouts, "set", 0, "tcp tcpfin udp", "seconds that connections last; 0 keeps one"},
    {Verb::start_daemon, "start-daemon", 0, "master|backup", "start a sync daemon"},
    {Verb::stop_daemon, "stop-daemon", 0, "master|backup", "stop a sync daemon"},
    {Verb::help, "help", 'h', {}, "print this"},
    {Verb::version, "version", 'v', {}, "print the version"},
};

constexpr auto no = Takes::nothing, one = Takes::argument;
constexpr OptionSpelling option_table[] = {
    {Option::service, "tcp-service", 't', one, "host[:port]", "the TCP service of that address"},
    {Option::service, "udp-service", 'u', one, "host[:port]", "the UDP service"},
    {Option::service, "sctp-service", 0, one, "host[:port]", "the SCTP service"},
    {Option::service, "fwmark-service", 'f', one, "mark", "the service of a firewall mark"},
    {Option::ipv6, "ipv6", '6', no, {}, "the mark's service for IPv6; after -f"},
    {Option::scheduler, "scheduler", 's', one, "name", "wlc unless named; mh, rr, wrr, lc, ..."},
    {Option::persistent, "persistent", 'p', Takes::perhaps, "seconds",
     "keep clients at their server, 360 s; -E with 0: no longer"},
    {Option::netmask, "netmask", 'M', one, "mask", "group clients by it: 255.255.255.0, or 64"},
    {Option::engine, "pe", 0, one, "engine", "persistence engine: sip; -E with none: no longer"},
    {Option::one_packet, "ops", 'o', no, {}, "schedule every packet by itself; UDP and marks"},
    {Option::every_packet, "no-ops", 0, no, {}, "with -E: no longer"},
    {Option::scheduler_flags, "sched-flags", 'b', one, "flag,...",
     "sh-fallback, sh-port, mh-fallback, mh-port, flag-1 to flag-3; -E with none: no longer"},
    {Option::server, "real-server", 'r', one, "host[:port]", "the server; port as its service"},
    {Option::forward, "gatewaying", 'g', no, {}, "forward by direct routing (unless named)"},
    {Option::forward, "ipip", 'i', no, {}, "forward by tunnel"},
    {Option::forward, "masquerading", 'm', no, {}, "forward by NAT"},
    {Option::tunnel_type, "tun-type", 0, one, "type", "ipip unless named; gue, gre"},
    {Option::tunnel_port, "tun-port", 0, one, "port", "UDP port of gue"},
    {Option::tunnel_nocsum, "tun-nocsum", 0, no, {}, "tunnel without checksum (unless named)"},
    {Option::tunnel_csum, "tun-csum", 0, no, {}, "tunnel with checksum"},
    {Option::tunnel_remcsum, "tun-remcsum", 0, no, {}, "gue with remote checksum offload"},
    {Option::weight, "weight", 'w', one, "number", "1 unless named; 0 takes no new connections"},
    {Option::upper_threshold, "u-threshold", 'x', one, "number", "connections that are too many"},
    {Option::lower_threshold, "l-threshold", 'y', one, "number", "connections that are few again"},
    {Option::numeric, "numeric", 'n', no, {}, "no names of hosts and ports"},
    {Option::connection, "connection", 'c', no, {}, "list connections"},
    {Option::timeout, "timeout", 0, no, {}, "list timeouts"},
    {Option::daemon, "daemon", 0, no, {}, "list sync daemons"},
    {Option::stats, "stats", 0, no, {}, "list counters"},
    {Option::rate, "rate", 0, no, {}, "list rates per second"},
    {Option::exact, "exact", 'X', no, {}, "counters to the last digit"},
    {Option::thresholds, "thresholds", 0, no, {}, "list thresholds"},
    {Option::persistent_conn, "persistent-conn", 0, no, {}, "list persistent connections"},
    {Option::tunnel_info, "tun-info", 0, no, {}, "list tunnels"},
    {Option::nosort, "nosort", 0, no, {}, "in the kernel's order"},
    {Option::sort, "sort", 0, no, {}, "by address (unless named otherwise)"},
    {Option::mcast_interface, "mcast-interface", 0, one, "device", "of a sync daemon; eth0"},
    {Option::sync_id, "syncid", 0, one, "number", "of a sync daemon, 0 to 255"},
    {Option::sync_max_length, "sync-maxlen", 0, one, "bytes", "of a sync message"},
    {Option::mcast_group, "mcast-group", 0, one, "address", "of a sync daemon; 224.0.0.81"},
    {Option::mcast_port, "mcast-port", 0, one, "port", "of a sync daemon; 8848"},
    {Option::mcast_ttl, "mcast-ttl", 0, one, "number", "of a sync daemon; 1"},
};

constexpr Verbs services = verbs(Verb::add_service, Verb::edit_service);
constexpr Verbs settings = verbs(Verb::add_server, Verb::edit_server);
constexpr Verbs servers = settings | verbs(Verb::delete_server);
constexpr Verbs list = verbs(Verb::list);
constexpr Verbs start = verbs(Verb::start_daemon);
constexpr Verbs of_one_service = services | servers | verbs(Verb::delete_service);

// In the order of Option.
constexpr OptionRule rule_table[] = {
    {Option::service, "service-address", of_one_service | list | verbs(Verb::zero), of_one_service},
    {Option::ipv6, "ipv6", of_one_service | list | verbs(Verb::zero)},
    {Option::scheduler, "scheduler", services},
    {Option::persistent, "persistent", services},
    {Option::netmask, "netmask", services},
    {Option::engine, "pe", services},
    {Option::one_packet, "ops", services},
    {Option::every_packet, "no-ops", verbs(Verb::edit_service)},
    {Option::scheduler_flags, "sched-flags", services},
    {Option::server, "real-server", servers, servers},
    {Option::forward, "forwarding-method", settings},
    {Option::weight, "weight", settings},
    {Option::upper_threshold, "u-threshold", settings},
    {Option::lower_threshold, "l-threshold", settings},
    {Option::tunnel_type, "tun-type", settings},
    {Option::tunnel_port, "tun-port", settings},
    {Option::tunnel_nocsum, "tun-nocsum", settings},
    {Option::tunnel_csum, "tun-csum", settings},
    {Option::tunnel_remcsum, "tun-remcsum", settings},
    {Option::numeric, "numeric", list | verbs(Verb::save)},
    {Option::connection, "connection", list},
    {Option::timeout, "timeout", list},
    {Option::daemon, "daemon", list},
    {Option::stats, "stats", list},
    {Option::rate, "rate", list},
    {Option::exact, "exact", list},
    {Option::thresholds, "thresholds", list},
    {Option::persistent_conn, "persistent-conn", list},
    {Option::tunnel_info, "tun-info", list},
    {Option::nosort, "nosort", list | verbs(Verb::save)},
    {Option::sort, "sort", ~Verbs{0}}, // does nothing, and ipvsadm takes it everywhere
    {Option::mcast_interface, "mcast-interface", start},
    {Option::sync_id, "syncid", start | list | verbs(Verb::stop_daemon)},
    {Option::sync_max_length, "sync-maxlen", start},
    {Option::mcast_group, "mcast-group", start},
    {Option::mcast_port, "mcast-port", start},
    {Option::mcast_ttl, "mcast-ttl", start},
};
constexpr bool in_order()
{
    unsigned at = 0;
    for (const auto& rule : rule_table)
        if (static_cast<unsigned>(rule.option) != at++) return false;
    return true;
}
static_assert(in_order());

// The columns of rule_table.
constexpr size_t verb_count = static_cast<size_t>(Verb::version) + 1;
constexpr std::array<Options, verb_count> by_verb(Verbs OptionRule::* column)
{
    std::array<Options, verb_count> sets{};
    for (const auto& rule : rule_table)
        for (size_t verb = 0; verb < verb_count; ++verb)
            if ((rule.*column >> verb) & 1U) sets[verb] |= options(rule.option);
    return sets;
}
constexpr auto allowed_by_verb = by_verb(&OptionRule::allowed);
constexpr auto required_by_verb = by_verb(&OptionRule::required);

// Which row of `table` has the letter: looked up for each word of a restore.
template <class Row, size_t size>
struct Letters {
    constexpr explicit Letters(const Row (&table)[size])
    {
        for (size_t i = 0; i < size; ++i)
            if (table[i].letter) rows[static_cast<unsigned char>(table[i].letter)] = i + 1;
    }
    const Row* find(const Row (&table)[size], char letter) const
    {
        const auto at = static_cast<unsigned char>(letter);
        const size_t row = at < 128 ? rows[at] : 0;
        return row ? &table[row - 1] : nullptr;
    }
    unsigned char rows[128] = {};
};
constexpr Letters verb_letters(verb_table);
constexpr Letters option_letters(option_table);

// Which row of option_table has the name, by hash: a line of a restore has three of them.
class OptionNames {
public:
    constexpr OptionNames()
    {
        for (size_t i = 0; i < std::size(option_table); ++i) {
            size_t at = place(option_table[i].name);
            while (rows_[at]) at = (at + 1) % slots;
            rows_[at] = static_cast<uint8_t>(i + 1);
        }
    }
    const OptionSpelling* find(std::string_view name) const
    {
        if (name.empty()) return nullptr;
        for (size_t at = place(name); rows_[at]; at = (at + 1) % slots)
            if (option_table[rows_[at] - 1].name == name) return &option_table[rows_[at] - 1];
        return nullptr;
    }

private:
    static constexpr size_t slots = 128; // more than twice the names, so that most are alone
    static constexpr size_t place(std::string_view name)
    {
        return (name.size() * 31 + size_t{7} * static_cast<unsigned char>(name.front()) +
                static_cast<unsigned char>(name.back())) %
               slots;
    }
    uint8_t rows_[slots] = {};
};
constexpr OptionNames option_names;

} // namespace

std::span<const VerbSpelling> verb_spellings()
{
    return verb_table;
}

std::span<const OptionSpelling> option_spellings()
{
    return option_table;
}

std::span<const OptionRule> option_rules()
{
    return rule_table;
}

const VerbSpelling* find_verb(std::string_view name)
{
    const auto* const found = std::ranges::find(verb_table, name, &VerbSpelling::name);
    return found == std::end(verb_table) ? nullptr : found;
}

const VerbSpelling* find_verb(char letter)
{
    return verb_letters.find(verb_table, letter);
}

const OptionSpelling* find_option(std::string_view name)
{
    return option_names.find(name);
}

const OptionSpelling* find_option(char letter)
{
    return option_letters.find(option_table, letter);
}

Options allowed_options(Verb verb)
{
    return allowed_by_verb[static_cast<size_t>(verb)];
}

Options required_options(Verb verb)
{
    return required_by_verb[static_cast<size_t>(verb)];
}

std::string_view name(Verb verb)
{
    return std::ranges::find(verb_table, verb, &VerbSpelling::verb)->name;
}

std::string_view title(Option option)
{
    return rule_table[static_cast<size_t>(option)].title;
}

} // namespace gueway::ipvsadm
