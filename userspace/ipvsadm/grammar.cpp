// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/grammar.h"

#include "ipvsadm/endpoint.h"
#include "ipvsadm/options.h"
#include "ipvsadm/scheduler_flags.h"
#include "ipvsadm/words.h"

#include <algorithm>
#include <bit>
#include <climits>

#include <fmt/format.h>

namespace gueway::ipvsadm {

namespace {

using ipvs::Forward;
using Done = std::expected<void, Failure>;

constexpr uint32_t default_timeout = 360; // seconds of -p
constexpr int64_t longest_timeout = int64_t{31} * 24 * 3600;
constexpr std::string_view none = "none"; // -E --pe none, -E -b none
constexpr size_t longest_name = 15;       // IP_VS_SCHEDNAME_MAXLEN, IP_VS_PENAME_MAXLEN, IFNAMSIZ

template <class... T>
std::unexpected<Failure> usage(fmt::format_string<T...> format, T&&... values)
{
    return std::unexpected(Failure{status_usage, fmt::format(format, std::forward<T>(values)...)});
}

// What the option parser of ipvsadm refuses, rather than ipvsadm.
template <class... T>
std::unexpected<Failure> no_option(fmt::format_string<T...> format, T&&... values)
{
    return std::unexpected(
        Failure{status_refused, fmt::format(format, std::forward<T>(values)...)});
}

class Parser {
public:
    Parser(std::span<const std::string_view> words, Command& command, RepeatedEndpoint& service)
        : words_(words), command_(command), service_(service)
    {}
    Done parse();

private:
    Done verb();
    Done option(const OptionSpelling& spelling);
    Done take(const OptionSpelling& spelling, std::string_view argument);
    Done take_service(const OptionSpelling& spelling, std::string_view argument);
    Done take_persistence(std::optional<std::string_view> argument);
    Done take_tunnel_type(std::string_view argument);
    void take_forward(char letter);
    template <class T>
    Done take_number(std::string_view argument, int64_t least, int64_t most, const char* what,
                     T& number);
    Done take_name(std::string_view argument, const char* what, std::string& name);

    Done check_options() const;
    Done finish();
    Done finish_service();
    Done finish_netmask();
    Done finish_flags();
    Done finish_worker();
    Done finish_group();
    Done finish_plain();

    Words words_;
    Command& command_;
    RepeatedEndpoint& service_;
    // What can only be read once all options are known.
    std::string_view server_, netmask_, flags_, group_;
};

Done Parser::verb()
{
    const auto first = words_.next();
    const auto* spelling = !first                ? nullptr
                           : first->name.empty() ? find_verb(first->letter)
                                                 : find_verb(first->name);
    if (!spelling)
        return no_option("{}: the first option must be a command: see ipvsadm -h",
                         first ? first->text() : "no command");
    command_.verb = spelling->verb;
    if (spelling->verb != Verb::start_daemon && spelling->verb != Verb::stop_daemon) {
        if (words_.has_value()) return no_option("--{} takes no argument", spelling->name);
        return {};
    }
    const auto role = words_.argument(Takes::argument);
    if (!role) return no_option("--{} needs an argument: master or backup", spelling->name);
    if (*role != "master" && *role != "backup")
        return usage("--{} {}: there is master, and backup", spelling->name, *role);
    command_.daemon.role = *role == "master" ? ipvs::DaemonRole::master : ipvs::DaemonRole::backup;
    return {};
}

template <class T>
Done Parser::take_number(std::string_view argument, int64_t least, int64_t most, const char* what,
                         T& number)
{
    const auto found = parse_int(argument, least, most);
    if (!found) return usage("{} {}: a number of {} to {} is wanted", what, argument, least, most);
    number = static_cast<T>(*found);
    return {};
}

Done Parser::take_name(std::string_view argument, const char* what, std::string& name)
{
    if (argument.size() > longest_name)
        return usage("{} {}: it has more than {} characters", what, argument, longest_name);
    name = argument;
    return {};
}

Done Parser::take_service(const OptionSpelling& spelling, std::string_view argument)
{
    auto& key = command_.service.key;
    if (spelling.letter == 'f') {
        if (const auto done = take_number(argument, 1, UINT32_MAX, "firewall mark", key.fwmark);
            !done)
            return done;
        key.address.family = key.family;
        return {};
    }
    key.protocol = spelling.letter == 't'   ? IPPROTO_TCP
                   : spelling.letter == 'u' ? IPPROTO_UDP
                                            : IPPROTO_SCTP;
    const auto& endpoint = service_.parse(argument, key.protocol);
    if (!endpoint) return usage("service {}: host[:port] is wanted", argument);
    key.address = endpoint->address;
    key.family = endpoint->address.family;
    key.port = endpoint->port.value_or(0);
    return {};
}

Done Parser::take_persistence(std::optional<std::string_view> argument)
{
    auto& service = command_.service;
    service.timeout = default_timeout;
    const int64_t least = command_.verb == Verb::edit_service ? 0 : 1;
    if (argument)
        if (auto done = take_number(*argument, least, longest_timeout, "timeout", service.timeout);
            !done)
            return done;
    if (service.timeout) service.flags |= ipvs::persistent;
    return {};
}

Done Parser::take_tunnel_type(std::string_view argument)
{
    auto& type = command_.worker.encap.type;
    for (const auto known : {EncapType::ipip, EncapType::gue, EncapType::gre})
        if (argument == gueway::name(known)) return type = known, Done();
    return usage("tunnel type {}: there is ipip, gue, and gre", argument);
}

void Parser::take_forward(char letter)
{
    command_.worker.forward = letter == 'i'   ? Forward::tunnel
                              : letter == 'm' ? Forward::masquerade
                                              : Forward::direct;
}

Done Parser::take(const OptionSpelling& spelling, std::string_view argument)
{
    auto& worker = command_.worker;
    auto& daemon = command_.daemon;
    switch (spelling.option) {
    case Option::service:
        return take_service(spelling, argument);
    case Option::scheduler:
        return take_name(argument, "scheduler", command_.service.scheduler);
    case Option::engine:
        return take_name(argument == none ? "" : argument, "persistence engine",
                         command_.service.persistence_engine);
    case Option::netmask:
        return netmask_ = argument, Done();
    case Option::scheduler_flags:
        return flags_ = argument, Done();
    case Option::server:
        return server_ = argument, Done();
    case Option::weight:
        return take_number(argument, 0, INT_MAX, "weight", worker.weight);
    case Option::upper_threshold:
        return take_number(argument, 0, INT_MAX, "upper threshold", worker.upper_threshold);
    case Option::lower_threshold:
        return take_number(argument, 0, INT_MAX, "lower threshold", worker.lower_threshold);
    case Option::tunnel_type:
        return take_tunnel_type(argument);
    case Option::tunnel_port:
        return take_number(argument, 1, UINT16_MAX, "tunnel port", worker.encap.port);
    case Option::mcast_interface:
        return take_name(argument, "interface", daemon.interface);
    case Option::sync_id:
        return take_number(argument, 0, 255, "syncid", daemon.sync_id);
    case Option::sync_max_length:
        return take_number(argument, 1, UINT16_MAX, "sync-maxlen", daemon.max_length);
    case Option::mcast_group:
        return group_ = argument, Done();
    case Option::mcast_port:
        return take_number(argument, 1, UINT16_MAX, "mcast-port", daemon.port);
    case Option::mcast_ttl:
        return take_number(argument, 1, 255, "mcast-ttl", daemon.ttl);
    default:
        return {};
    }
}

Done Parser::option(const OptionSpelling& spelling)
{
    const bool again = spelling.option == Option::sort || spelling.option == Option::ipv6;
    if (command_.has(spelling.option) && !again)
        return usage("{}: named twice", title(spelling.option));
    command_.named |= options(spelling.option);
    if (spelling.takes == Takes::nothing) {
        if (words_.has_value()) return no_option("--{} takes no argument", spelling.name);
        auto& service = command_.service;
        if (spelling.option == Option::forward) take_forward(spelling.letter);
        if (spelling.option == Option::one_packet) service.flags |= ipvs::one_packet;
        if (spelling.option == Option::tunnel_csum)
            command_.worker.encap.checksum = EncapChecksum::full;
        if (spelling.option == Option::tunnel_remcsum)
            command_.worker.encap.checksum = EncapChecksum::remote;
        if (spelling.option != Option::ipv6) return {};
        if (!service.key.fwmark) return usage("-6 comes after -f");
        service.key.family = service.key.address.family = AF_INET6;
        return {};
    }
    const auto argument = words_.argument(spelling.takes);
    if (spelling.takes == Takes::perhaps) return take_persistence(argument);
    if (!argument) return no_option("--{} needs an argument", spelling.name);
    return take(spelling, *argument);
}

Done Parser::check_options() const
{
    const auto first = [](Options set) { return static_cast<Option>(std::countr_zero(set)); };
    if (const Options missing = required_options(command_.verb) & ~command_.named)
        return usage("--{} needs {}", name(command_.verb), title(first(missing)));
    if (const Options wrong = command_.named & ~allowed_options(command_.verb))
        return usage("--{} has no option {}", name(command_.verb), title(first(wrong)));
    if (command_.verb != Verb::list) return {};
    if (std::popcount(command_.named & exclusive_in_list) > 1)
        return usage("one listing at a time: a service, --connection, --timeout or --daemon");
    constexpr Options tables = options(Option::stats, Option::rate, Option::thresholds);
    constexpr Options short_lists = options(Option::timeout, Option::daemon);
    const bool table = (command_.named & tables) != 0;
    const bool short_list = (command_.named & short_lists) != 0;
    if ((table && (short_list || command_.has(Option::connection))) ||
        (short_list && command_.has(Option::persistent_conn)))
        return usage("this listing has no other columns");
    return {};
}

Done Parser::finish_netmask()
{
    auto& service = command_.service;
    service.netmask = ipvs::whole_netmask(service.key.family);
    if (!command_.has(Option::netmask)) return {};
    if (service.key.family == AF_INET6)
        return take_number(netmask_, 1, 128, "netmask", service.netmask);
    const auto mask = parse_mask(netmask_);
    if (!mask) return usage("netmask {}: one like 255.255.255.0 is wanted", netmask_);
    service.netmask = *mask;
    return {};
}

// Of an edit that does not name the scheduler, the present one decides which flags there are.
Done Parser::finish_flags()
{
    auto& service = command_.service;
    if (!command_.has(Option::scheduler_flags)) return {};
    if (command_.verb == Verb::edit_service && flags_ == none) return {};
    const auto found = parse_scheduler_flags(flags_);
    if (!found) return usage("{}", found.error());
    service.flags |= found->flags;
    command_.flags_of = found->scheduler;
    const bool judged_later =
        command_.verb == Verb::edit_service && !command_.has(Option::scheduler);
    return judged_later ? Done() : check_flags(service, found->scheduler);
}

Done Parser::finish_service()
{
    auto& service = command_.service;
    if (auto done = finish_netmask(); !done) return done;
    const bool settings = command_.verb == Verb::add_service || command_.verb == Verb::edit_service;
    if (!settings) return {};
    if (service.scheduler.empty()) service.scheduler = ipvs::Service().scheduler;
    if (auto done = finish_flags(); !done) return done;
    if (command_.verb == Verb::edit_service) return {}; // judged by what it makes
    return check_service(service);
}

Done Parser::finish_worker()
{
    if (!command_.has(Option::server)) return {};
    const auto& key = command_.service.key;
    auto& worker = command_.worker;
    const auto endpoint = parse_endpoint(server_, key.protocol);
    if (!endpoint) return usage("server {}: host[:port] is wanted", server_);
    worker.address = endpoint->address;
    worker.port = endpoint->port.value_or(key.port);
    if (command_.verb == Verb::delete_server) return {};
    // A tunnel or direct routing carries packets as they are, to the service's port.
    const bool forward_known = command_.verb == Verb::add_server || command_.has(Option::forward);
    if (!forward_known) return {};
    if (worker.forward != Forward::masquerade && !key.fwmark) worker.port = key.port;
    if (worker.forward != Forward::tunnel && (command_.named & tunnel_options))
        return usage("tunnel options are for servers behind a tunnel: -i");
    if (command_.verb == Verb::edit_server) return {}; // judged by what it makes
    return check_worker(key, worker, command_.named);
}

Done Parser::finish_group()
{
    auto& daemon = command_.daemon;
    if (command_.verb == Verb::start_daemon && daemon.interface.empty()) daemon.interface = "eth0";
    if (!command_.has(Option::mcast_group)) return {};
    const auto group = parse_address(group_);
    const bool multicast = group && (group->family == AF_INET ? (group->bytes[0] & 0xf0) == 0xe0
                                                              : group->bytes[0] == 0xff);
    if (!multicast) return usage("mcast-group {}: a multicast address is wanted", group_);
    daemon.group = *group;
    return {};
}

// What is left when the options are gone: the three numbers of --set.
Done Parser::finish_plain()
{
    const size_t wanted = command_.verb == Verb::set_timeouts ? 3 : 0;
    if (words_.plain_count() > wanted) return usage("{}: one word too many", words_.plain(wanted));
    if (words_.plain_count() < wanted) return usage("--set needs three timeouts: tcp tcpfin udp");
    if (!wanted) return {};
    auto& timeouts = command_.timeouts;
    uint32_t* const numbers[] = {&timeouts.tcp, &timeouts.tcp_fin, &timeouts.udp};
    for (size_t i = 0; i < wanted; ++i)
        if (auto done = take_number(words_.plain(i), 0, longest_timeout, "timeout", *numbers[i]);
            !done)
            return done;
    return {};
}

Done Parser::finish()
{
    if (auto done = finish_plain(); !done) return done;
    if (auto done = check_options(); !done) return done;
    if (auto done = finish_service(); !done) return done;
    if (auto done = finish_worker(); !done) return done;
    return finish_group();
}

Done Parser::parse()
{
    if (auto done = verb(); !done) return done;
    if (command_.verb == Verb::help || command_.verb == Verb::version) return {};
    while (const auto next = words_.next()) {
        const auto* spelling =
            next->name.empty() ? find_option(next->letter) : find_option(next->name);
        if (!spelling) {
            const bool verb = next->name.empty() ? find_verb(next->letter) : find_verb(next->name);
            if (verb) return usage("{}: a second command", next->text());
            return no_option("there is no option {}: see ipvsadm -h", next->text());
        }
        if (auto done = option(*spelling); !done) return done;
    }
    return finish();
}

} // namespace

std::expected<void, Failure> check_worker(const ipvs::ServiceKey& key,
                                          const ipvs::Destination& worker, Options named)
{
    if (worker.address.family != key.family && worker.forward != Forward::tunnel)
        return usage("server {}: another address family than its service's needs a tunnel: -i",
                     worker.text());
    if (worker.forward != Forward::tunnel) return {};
    constexpr Options checksums =
        options(Option::tunnel_nocsum, Option::tunnel_csum, Option::tunnel_remcsum);
    if (std::popcount(named & checksums) > 1)
        return usage("one of --tun-nocsum, --tun-csum and --tun-remcsum");
    // gueway::check() knows what there is; that IPIP has no checksum at all is not in an Encap.
    if (worker.encap.type == EncapType::ipip && (named & checksums))
        return usage("an ipip tunnel has no checksum");
    if (const auto fine = gueway::check(worker.encap); !fine)
        return usage("{}", fine.error().text());
    return {};
}

std::expected<void, Failure> check_service(const ipvs::Service& service)
{
    const auto& key = service.key;
    if (!key.fwmark && !key.port && (service.flags & ipvs::persistent) == 0)
        return usage("service {}: port 0 is for persistent services: -p", key.text());
    if ((service.flags & ipvs::one_packet) && !key.fwmark && key.protocol != IPPROTO_UDP)
        return usage("service {}: one-packet scheduling is for UDP", key.text());
    return {};
}

std::expected<void, Failure> check_flags(const ipvs::Service& service, std::string_view of)
{
    if (of.empty() || of == service.scheduler) return {};
    return usage("service {}: the scheduler flags are of {}, not of {}", service.key.text(), of,
                 service.scheduler);
}

std::expected<void, Failure> parse(std::span<const std::string_view> words, Command& command,
                                   RepeatedEndpoint& service)
{
    return Parser(words, command, service).parse();
}

std::expected<Command, Failure> parse(std::span<const std::string_view> words)
{
    Command command;
    RepeatedEndpoint service;
    if (auto done = parse(words, command, service); !done) return std::unexpected(done.error());
    return command;
}

} // namespace gueway::ipvsadm
