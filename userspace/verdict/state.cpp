// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/state.h"

#include "fou/client.h"
#include "link/address.h"
#include "link/device.h"
#include "link/neighbour.h"
#include "link/rule.h"
#include "link/sysctl.h"
#include "packet/layers.h"
#include "util/file.h"
#include "util/module.h"
#include "util/text.h"

#include <chrono>
#include <map>

namespace gueway {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto services_last = std::chrono::seconds(1);

template <class T>
std::optional<T> answer(Result<T> result)
{
    return result ? std::optional<T>(std::move(*result)) : std::nullopt;
}

std::optional<uint64_t> hexadecimal(std::string_view text)
{
    uint64_t value = 0;
    constexpr int base = 16;
    const auto [at, bad] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    const bool whole = bad == std::errc{} && at == text.data() + text.size() && !text.empty();
    return whole ? std::optional(value) : std::nullopt;
}

// A line of /proc/net/udp: "slot: address:port remote:port state tx:rx ... drops".
std::optional<UdpSocket> parse_socket(std::string_view line)
{
    constexpr size_t local = 1, queues = 4;
    const auto columns = words(line);
    if (columns.size() <= queues) return {};
    const auto behind_colon = [&](size_t column) {
        const auto parts = split(columns[column], ':');
        return parts.size() == 2 ? hexadecimal(parts[1]) : std::nullopt;
    };
    const auto port = behind_colon(local), waiting = behind_colon(queues);
    const auto drops = parse_number<uint64_t>(columns.back());
    if (!port || !waiting || !drops) return {};
    return UdpSocket{static_cast<uint16_t>(*port), *waiting, *drops};
}

// An address as /proc/net/ip_vs_conn has it: IPv4 "AC464095", IPv6 "[fd00:...]" in full.
std::optional<Address> parse_connection_address(std::string_view text)
{
    if (text.starts_with('[') && text.ends_with(']'))
        return answer(parse_address(text.substr(1, text.size() - 2)));
    const auto number = hexadecimal(text);
    if (!number) return {};
    Address address{.family = AF_INET};
    for (int byte = 0; byte < address.size(); ++byte)
        address.bytes.at(static_cast<size_t>(byte)) =
            static_cast<uint8_t>(*number >> (address.bits() - 8 * (byte + 1)));
    return address;
}

std::optional<Endpoint> parse_end(const std::vector<std::string_view>& columns, size_t at)
{
    const auto address = parse_connection_address(columns[at]);
    const auto port = hexadecimal(columns[at + 1]);
    if (!address || !port) return {};
    return Endpoint{*address, static_cast<uint16_t>(*port)};
}

class KernelState : public State {
public:
    explicit KernelState(Namespace where) : where_(std::move(where)) {}

    std::optional<std::string> sysctl(const std::string& name) override
    {
        return answer(gueway::sysctl(where_, name));
    }
    std::optional<RouteReply> route(const Address& to) override;
    std::optional<unsigned> device_mtu(const std::string& name) override
    {
        const auto found = device(where_, name);
        return found ? std::optional(found->mtu) : std::nullopt;
    }
    std::optional<std::string> holder(const Address& address) override;
    std::optional<bool> neighbour_known(const std::string& device, const Address& next) override
    {
        const auto mac = neighbour(where_, device, next);
        return mac ? std::optional(mac->has_value()) : std::nullopt;
    }
    std::optional<std::vector<fou::Port>> fou_ports() override;
    std::optional<std::vector<ipvs::ServiceState>> services() override;
    std::optional<Endpoint> worker(uint8_t protocol, const Endpoint& client,
                                   const Endpoint& vip) override;
    std::optional<std::vector<UdpSocket>> udp_sockets(uint16_t port) override;

private:
    Namespace where_;
    std::optional<std::vector<ipvs::ServiceState>> services_;
    Clock::time_point services_read_;
};

std::optional<RouteReply> KernelState::route(const Address& to)
{
    const bool ruled = rules_beyond_destination(where_, to.family).value_or(false);
    auto found = find_route(where_, to);
    if (found) return RouteReply{0, std::move(*found), ruled};
    switch (found.error().code) {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EACCES: // prohibited
    case EINVAL: // a black hole
        return RouteReply{found.error().code, {}, ruled};
    default:
        return {};
    }
}

std::optional<std::string> KernelState::holder(const Address& address)
{
    const auto all = addresses(where_);
    if (!all) return {};
    for (const auto& one : *all)
        if (one.address.address == address) return one.device;
    return std::string();
}

// What is not loaded has neither ports nor services, and looking must not load it.
std::optional<std::vector<fou::Port>> KernelState::fou_ports()
{
    if (!module_present("fou").value_or(true)) return std::vector<fou::Port>{};
    return answer(where_.in(
        []() -> Result<std::vector<fou::Port>> { return TRY(fou::Client::open()).ports(); }));
}

std::optional<std::vector<ipvs::ServiceState>> KernelState::services()
{
    if (!module_present("ip_vs").value_or(true)) return std::vector<ipvs::ServiceState>{};
    if (services_ && Clock::now() - services_read_ < services_last) return services_;
    services_ = answer(where_.in([]() -> Result<std::vector<ipvs::ServiceState>> {
        return TRY(ipvs::Client::open()).snapshot();
    }));
    services_read_ = Clock::now();
    return services_;
}

std::optional<Endpoint> KernelState::worker(uint8_t protocol, const Endpoint& client,
                                            const Endpoint& vip)
{
    const auto read = where_.in([] { return read_file("/proc/thread-self/net/ip_vs_conn"); });
    return read ? find_worker(*read, protocol, client, vip) : std::nullopt;
}

std::optional<std::vector<UdpSocket>> KernelState::udp_sockets(uint16_t port)
{
    const auto read = where_.in([]() -> Result<std::string> {
        return TRY(read_file("/proc/thread-self/net/udp")) +
               read_file("/proc/thread-self/net/udp6").value_or("");
    });
    if (!read) return {};
    std::vector<UdpSocket> found;
    for (const auto line : lines(*read))
        if (const auto socket = parse_socket(line); socket && socket->port == port)
            found.push_back(*socket);
    return found;
}

} // namespace

std::optional<Endpoint> find_worker(std::string_view connections, uint8_t protocol,
                                    const Endpoint& client, const Endpoint& vip)
{
    constexpr size_t client_at = 1, vip_at = 3, worker_at = 5, least = 7;
    const auto wanted = protocol_text(protocol);
    for (const auto line : lines(connections)) {
        const auto columns = words(line);
        if (columns.size() < least || columns[0] != wanted) continue;
        if (parse_end(columns, client_at) == client && parse_end(columns, vip_at) == vip)
            return parse_end(columns, worker_at);
    }
    return {};
}

struct States::Known {
    struct Used {
        std::unique_ptr<State> state;
        std::chrono::steady_clock::time_point last;
    };
    std::map<uint32_t, Used> states;
};

States::States() : known_(std::make_unique<Known>()) {}
States::~States() = default;

State* States::find(uint32_t netns)
{
    // Each holds its namespace, which must be able to go, and a socket in it.
    constexpr size_t most = 64;
    const auto now = std::chrono::steady_clock::now();
    auto& states = known_->states;
    auto known = states.find(netns);
    if (known == states.end()) {
        auto where = Namespace::find(netns);
        if (!where) return nullptr;
        if (states.size() == most) states.clear();
        known =
            states.try_emplace(netns, std::make_unique<KernelState>(std::move(*where)), now).first;
    }
    known->second.last = now;
    return known->second.state.get();
}

void States::release_unused()
{
    constexpr auto kept = std::chrono::seconds(1);
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(known_->states, [&](const auto& one) { return now - one.second.last > kept; });
}

} // namespace gueway
