// SPDX-License-Identifier: GPL-2.0-only
#include "topology/wait.h"

#include "link/address.h"
#include "link/neighbour.h"
#include "util/file.h"
#include "util/text.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <optional>

namespace gueway {

Result<void> wait_addresses(const Namespace& where, const Deadline& deadline)
{
    std::string pending;
    const auto settled = [&]() -> Result<bool> {
        pending.clear();
        for (const auto& each : TRY(addresses(where))) {
            const std::string who = each.address.text() + " on " + each.device;
            if (each.dad_failed)
                return Error{where.rtnl().object("address " + who), "use", EADDRINUSE,
                             "a neighbour has it too", "give each end an address of its own"};
            if (each.tentative) pending += (pending.empty() ? "" : ", ") + who;
        }
        return pending.empty();
    };
    auto waited =
        wait_until(deadline, where.name(), "the end of duplicate address detection", settled);
    if (waited || waited.error().code != ETIMEDOUT) return waited;
    Error late = std::move(waited).error();
    late.detail = "still tentative: " + pending;
    return late;
}

Result<void> wait_neighbour(const Namespace& where, const std::string& device,
                            const Address& address, const Deadline& deadline)
{
    return wait_until(deadline, where.name(), "neighbour " + address.text() + " on " + device,
                      [&]() -> Result<bool> {
                          if (TRY(neighbour(where, device, address))) return true;
                          TRY(resolve_neighbour(where, device, address));
                          return false;
                      });
}

std::string Listener::text() const
{
    return std::string(transport == Transport::tcp ? "TCP" : "UDP") + " listener on " +
           address.text() + " port " + std::to_string(port);
}

Result<void> wait_listener(const Namespace& where, const Listener& listener,
                           const Deadline& deadline)
{
    const std::string file = listener.transport == Transport::tcp ? "tcp" : "udp";
    const auto present = [&]() -> Result<bool> {
        // Of the thread: /proc/net follows the thread-group leader, which stays outside.
        for (const auto& table : {file, file + "6"}) {
            const auto path = "/proc/thread-self/net/" + table;
            if (shows_listener(TRY(read_file(path)), listener)) return true;
        }
        return false;
    };
    return wait_until(deadline, where.name(), "a " + listener.text(),
                      [&] { return where.in(present); });
}

namespace {

// States in the tables (net/tcp_states.h): TCP_LISTEN, and TCP_CLOSE for an unconnected UDP socket.
constexpr std::string_view tcp_listening = "0A";
constexpr std::string_view udp_unconnected = "07";

template <class T>
std::optional<T> hexadecimal(std::string_view text)
{
    T value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (failed != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

// "0100007F": each 32-bit word of the address as the machine reads it (net/ipv4/tcp_ipv4.c,
// get_tcp4_sock; net/ipv6/tcp_ipv6.c, get_tcp6_sock).
std::optional<Address> table_address(std::string_view text)
{
    if (text.size() != 8 && text.size() != 32) return {};
    Address address{.family = text.size() == 8 ? AF_INET : AF_INET6};
    for (size_t word = 0; word * 8 < text.size(); ++word) {
        const auto value = hexadecimal<uint32_t>(text.substr(word * 8, 8));
        if (!value) return {};
        std::memcpy(&address.bytes[word * 4], &*value, sizeof *value);
    }
    return address;
}

bool answers_for(const Address& bound, const Address& wanted)
{
    if (bound == wanted) return true;
    const bool wildcard = bound == Address{.family = bound.family};
    return wildcard && (bound.family == wanted.family || bound.family == AF_INET6);
}

} // namespace

bool shows_listener(std::string_view table, const Listener& listener)
{
    const auto state = listener.transport == Transport::tcp ? tcp_listening : udp_unconnected;
    for (const auto line : lines(table)) {
        const auto columns = words(line); // number, local address:port, remote, state
        if (columns.size() < 4 || columns[3] != state) continue;
        const auto colon = columns[1].find(':');
        if (colon == std::string_view::npos) continue;
        const auto bound = table_address(columns[1].substr(0, colon));
        const auto port = hexadecimal<uint16_t>(columns[1].substr(colon + 1));
        if (bound && port == listener.port && answers_for(*bound, listener.address)) return true;
    }
    return false;
}

} // namespace gueway
