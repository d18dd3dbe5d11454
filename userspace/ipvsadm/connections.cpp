// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/connections.h"

#include "ipvs/model.h"
#include "ipvsadm/endpoint.h"
#include "util/text.h"

#include <charconv>
#include <cstring>
#include <iterator>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace gueway::ipvsadm {

namespace {

// Positions of the words of one line.
enum Word : uint8_t {
    protocol,
    client,
    client_port,
    virtual_address,
    virtual_port,
    worker,
    worker_port,
    state,
    seconds,
    engine,
    data,
    words_with_engine
};

template <class T>
std::optional<T> hexadecimal(std::string_view text)
{
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

std::optional<Address> read_address(std::string_view text)
{
    if (text.find(':') != std::string_view::npos) {
        const auto parsed = parse_address(text);
        return parsed ? std::optional(*parsed) : std::nullopt;
    }
    const auto number = hexadecimal<uint32_t>(text);
    if (!number) return {};
    const uint32_t turned = htonl(*number);
    Address address{AF_INET, {}};
    std::memcpy(address.bytes.data(), &turned, sizeof turned);
    return address;
}

uint16_t protocol_number(std::string_view name)
{
    if (name == "TCP") return IPPROTO_TCP;
    return name == "UDP" ? IPPROTO_UDP : 0;
}

std::optional<std::string> endpoint(const std::vector<std::string_view>& line, Word address,
                                    bool numeric)
{
    const auto where = read_address(line[address]);
    const auto port = hexadecimal<uint16_t>(line[address + 1]);
    if (!where || !port) return {};
    return numeric ? ipvs::endpoint(*where, *port)
                   : named_endpoint(*where, *port, protocol_number(line[protocol]));
}

} // namespace

std::string connection_table(std::string_view proc, bool numeric, bool engine_data)
{
    std::string text = "IPVS connection entries\n";
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "pro expire {:<11} {:<18} {:<18} ", "state", "source", "virtual");
    if (engine_data)
        fmt::format_to(out, "{:<18} {:<16} {}\n", "destination", "pe name", "pe_data");
    else
        fmt::format_to(out, "destination\n");
    bool title = true;
    for (const auto row : lines(proc)) {
        if (std::exchange(title, false)) continue;
        const auto line = words(row);
        if (line.size() <= seconds) continue;
        const auto from = endpoint(line, client, numeric);
        const auto to = endpoint(line, virtual_address, numeric);
        const auto by = endpoint(line, worker, numeric);
        const auto left = parse_number<unsigned>(line[seconds]);
        if (!from || !to || !by || !left) continue;
        fmt::format_to(out, "{:<3} {:02}:{:02}  {:<11} {:<18} {:<18} ", line[protocol], *left / 60,
                       *left % 60, line[state], *from, *to);
        if (engine_data && line.size() >= words_with_engine)
            fmt::format_to(out, "{:<16} {:<18} {}\n", *by, line[engine], line[data]);
        else
            fmt::format_to(out, "{}\n", *by);
    }
    return text;
}

} // namespace gueway::ipvsadm
