// SPDX-License-Identifier: GPL-2.0-only
#include "arguments.h"

#include "util/text.h"

#include <cmath>
#include <cstdio>

#include <sys/resource.h>

namespace gueway::flow {

namespace {

Endpoint endpoint_or_throw(const std::string& text)
{
    auto endpoint = parse_endpoint(text);
    if (!endpoint) throw CLI::ValidationError(endpoint.error().text());
    return *endpoint;
}

// A year: whatever is more is a mistake, and would not fit in nanoseconds for long.
constexpr double most_seconds = 365.0 * 86400;

} // namespace

int complain(const Error& error, int status)
{
    std::fprintf(stderr, "gwflow: %s\n", error.text().c_str());
    return status;
}

void add_endpoint(CLI::App& app, const std::string& name, Endpoint& into, const std::string& help)
{
    app.add_option_function<std::string>(
           name, [&into](const std::string& text) { into = endpoint_or_throw(text); }, help)
        ->type_name("ADDRESS:PORT")
        ->required();
}

void add_endpoints(CLI::App& app, const std::string& name, std::vector<Endpoint>& into,
                   const std::string& help)
{
    app.add_option_function<std::vector<std::string>>(
           name,
           [&into](const std::vector<std::string>& texts) {
               for (const auto& text : texts) into.push_back(endpoint_or_throw(text));
           },
           help)
        ->type_name("ADDRESS:PORT")
        ->required();
}

void add_bytes(CLI::App& app, const std::string& name, uint64_t& into, const std::string& help)
{
    app.add_option_function<std::string>(
           name,
           [&into, name](const std::string& text) {
               const auto bytes = parse_bytes(text);
               if (!bytes)
                   throw CLI::ValidationError(name + ": \"" + text +
                                              "\" is no size: write 32768, 32KiB or 1MB");
               into = *bytes;
           },
           help)
        ->type_name("BYTES");
}

void add_seconds(CLI::App& app, const std::string& name, std::optional<int64_t>& into,
                 const std::string& help)
{
    app.add_option_function<double>(
           name,
           [&into, name](double seconds) {
               if (!(seconds > 0) || seconds > most_seconds)
                   throw CLI::ValidationError(name + ": give seconds above 0, such as 2.5");
               into = std::llround(seconds * static_cast<double>(ns_per_s));
           },
           help)
        ->type_name("SECONDS");
}

void add_sending(CLI::App& app, Sending& into)
{
    app.add_option("--mss", into.mss, "TCP_MAXSEG, set before the handshake")->type_name("BYTES");
    app.add_option_function<std::string>(
           "--gso", [&into](const std::string& text) { into.gso = text == "on"; },
           "on: many segments at once. TCP off: never an skb above one MSS. UDP on: UDP_SEGMENT, "
           "off: one call for each datagram. Default: TCP on, UDP off")
        ->check(CLI::IsMember({"on", "off"}));
}

void raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit); // if not, the first socket too many says so
}

} // namespace gueway::flow
