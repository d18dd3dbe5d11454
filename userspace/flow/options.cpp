// SPDX-License-Identifier: GPL-2.0-only
#include "flow/options.h"

#include "flow/datagram.h"
#include "flow/wire.h"

#include <string>

namespace gueway::flow {

namespace {

// TCP_MAXSEG as tcp_sock_set_maxseg() of net/ipv4/tcp.c takes it: TCP_MIN_MSS to MAX_TCP_WINDOW.
constexpr uint16_t smallest_mss = 88;
constexpr uint16_t largest_mss = 32767;

constexpr unsigned most_connections = 65536;

Error refuse(const std::string& option, const std::string& detail, const std::string& remedy)
{
    return error(option, "check", detail, remedy);
}

Result<void> validate(const Sending& sending)
{
    if (sending.mss && (*sending.mss < smallest_mss || *sending.mss > largest_mss))
        return refuse("--mss " + std::to_string(*sending.mss), "the kernel does not take it",
                      "use " + std::to_string(smallest_mss) + " to " + std::to_string(largest_mss));
    return {};
}

Result<void> validate_sizes(const ClientOptions& options)
{
    const uint64_t most =
        options.protocol == Protocol::udp ? largest_udp_message : largest_tcp_message;
    for (const auto& [option, size] : {std::pair("--request", options.request_size),
                                       std::pair("--response", options.response_size)})
        if (size > most)
            return refuse(option, std::to_string(size) + " bytes are too many",
                          "at most " + std::to_string(most) + " over " +
                              std::string(name_of(options.protocol)));
    if (options.datagram < smallest_datagram || options.datagram > largest_datagram)
        return refuse("--datagram " + std::to_string(options.datagram),
                      "not the payload of a UDP datagram with gwflow's head",
                      "use " + std::to_string(smallest_datagram) + " to " +
                          std::to_string(largest_datagram));
    return {};
}

} // namespace

std::string_view name_of(Protocol protocol)
{
    return protocol == Protocol::tcp ? "tcp" : "udp";
}

Result<void> validate(const ClientOptions& options)
{
    if (options.server.port == 0)
        return refuse(options.server.text(), "port 0 names no service", "give the server's port");
    if (options.bind && options.bind->family != options.server.address.family)
        return refuse("--bind " + options.bind->text(),
                      "not of the same family as " + options.server.text(),
                      "give an address of the server's family");
    if (options.connections == 0 || options.connections > most_connections)
        return refuse("--connections " + std::to_string(options.connections), "out of range",
                      "use 1 to " + std::to_string(most_connections));
    if (options.requests.has_value() == options.duration.has_value())
        return refuse("--requests, --duration", "exactly one of the two says when to end",
                      "give one of them");
    if (options.requests == 0)
        return refuse("--requests 0", "there is nothing to do", "ask for one or more");
    if (options.duration && *options.duration <= 0)
        return refuse("--duration", "not a time", "give seconds above 0");
    if (options.deadline <= 0) return refuse("--deadline", "not a time", "give seconds above 0");
    if (options.pause < 0) return refuse("--pause", "not a time", "give seconds above 0");
    TRY(validate_sizes(options));
    return validate(options.sending);
}

Result<void> validate(const ServerOptions& options)
{
    if (options.listen.empty())
        return refuse("--listen", "nowhere to listen", "give an ADDRESS:PORT");
    if (!options.tcp && !options.udp)
        return refuse("--tcp, --udp", "neither is to be served",
                      "give one of them, or none for both");
    return validate(options.sending);
}

} // namespace gueway::flow
