// SPDX-License-Identifier: GPL-2.0-only
#include "arguments.h"

#include "util/text.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string_view>

#include <CLI/CLI.hpp>
#include <sys/resource.h>

namespace gueway::flow {

namespace {

// A year: whatever is more is a mistake, and would not fit in nanoseconds for long.
constexpr double most_seconds = 365.0 * 86400;

std::optional<int64_t> parse_seconds(std::string_view text)
{
    double seconds = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = ec == std::errc{} && end == text.data() + text.size();
    if (!whole || !(seconds > 0) || seconds > most_seconds) return {};
    return std::llround(seconds * static_cast<double>(ns_per_s));
}

} // namespace

int complain(const Error& error, int status)
{
    std::fprintf(stderr, "gwflow: %s\n", error.text().c_str());
    return status;
}

namespace {

// An option whose value only `take` understands: its Error is a usage error.
CLI::Option* add_text(CLI::App& app, const std::string& name,
                      std::function<Result<void>(const std::string&)> take, const std::string& help)
{
    return app.add_option(name,
                          CLI::callback_t([take = std::move(take)](const CLI::results_t& texts) {
                              for (const auto& text : texts)
                                  if (const auto taken = take(text); !taken)
                                      throw CLI::ValidationError(taken.error().text());
                              return true;
                          }),
                          help);
}

} // namespace

void add_endpoint(CLI::App& app, const std::string& name, Endpoint& into, const std::string& help)
{
    const auto take = [&into](const std::string& text) -> Result<void> {
        into = TRY(parse_endpoint(text));
        return {};
    };
    add_text(app, name, take, help)->type_name("ADDRESS:PORT")->required();
}

void add_endpoints(CLI::App& app, const std::string& name, std::vector<Endpoint>& into,
                   const std::string& help)
{
    const auto take = [&into](const std::string& text) -> Result<void> {
        into.push_back(TRY(parse_endpoint(text)));
        return {};
    };
    add_text(app, name, take, help)
        ->type_name("ADDRESS:PORT")
        ->required()
        ->expected(1, CLI::detail::expected_max_vector_size);
}

void add_bytes(CLI::App& app, const std::string& name, uint64_t& into, const std::string& help)
{
    const auto take = [&into, name](const std::string& text) -> Result<void> {
        const auto bytes = parse_bytes(text);
        if (!bytes)
            return error(name + " " + text, "read", "not an exact size",
                         "write 32768, 32KiB or 1MB");
        into = *bytes;
        return {};
    };
    add_text(app, name, take, help)->type_name("BYTES");
}

void add_seconds(CLI::App& app, const std::string& name, std::optional<int64_t>& into,
                 const std::string& help)
{
    const auto take = [&into, name](const std::string& text) -> Result<void> {
        into = parse_seconds(text);
        if (into) return {};
        return error(name + " " + text, "read", "not a time", "give seconds above 0, such as 2.5");
    };
    add_text(app, name, take, help)->type_name("SECONDS");
}

void add_sending(CLI::App& app, Sending& into)
{
    app.add_option("--mss", into.mss, "TCP_MAXSEG, set before the handshake")->type_name("BYTES");
    const auto take = [&into](const std::string& text) -> Result<void> {
        if (text != "on" && text != "off")
            return error("--gso " + text, "read", "neither on nor off", "write on or off");
        into.gso = text == "on";
        return {};
    };
    add_text(app, "--gso", take,
             "on: many segments at once. TCP off: never an skb above one MSS. UDP on: UDP_SEGMENT, "
             "off: one call for each datagram. Default: TCP on, UDP off")
        ->type_name("on|off");
}

void raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit); // if not, the first socket too many says so
}

} // namespace gueway::flow
