// SPDX-License-Identifier: GPL-2.0-only
#include "wire.h"

#include "link/address.h"
#include "link/carrier.h"
#include "link/device.h"
#include "link/neighbour.h"
#include "link/sysctl.h"
#include "watch.h"

#include <vector>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr uint16_t nobody_listens = 9;
constexpr auto device_name = "d0";

Namespace make_host(const char* name)
{
    return Namespace::create(fmt::format("gwtrace{}-{}", ::getpid(), name)).value();
}

// IPv6 off: no packet but ours.
void configure(const Namespace& host, const char* address)
{
    ASSERT_OK(set_sysctl(host, "net.ipv6.conf.d0.disable_ipv6", "1"));
    ASSERT_OK(set_up(host, device_name));
    ASSERT_OK(add_address(host, device_name, parse_prefix(address).value()));
}

void know(const Namespace& from, const Namespace& to, const char* address)
{
    ASSERT_OK(wait_carrier(from, device_name, Deadline::after(std::chrono::seconds(60))));
    ASSERT_OK(add_neighbour(from, device_name, parse_address(address).value(),
                            device(to, device_name).value().mac));
}

} // namespace

Wire::Wire() : left_(make_host("left")), right_(make_host("right"))
{
    const auto made = add_veth({left_, device_name}, {right_, device_name}, wire_mtu);
    EXPECT_TRUE(made) << made.error().text();
    configure(left_, "192.0.2.1/24");
    configure(right_, "192.0.2.2/24");
    know(left_, right_, "192.0.2.2");
    know(right_, left_, "192.0.2.1");
    socket_ = left_.socket(AF_INET, SOCK_DGRAM).value();
}

bool Wire::mark(uint32_t mark) const
{
    return ::setsockopt(socket_.get(), SOL_SOCKET, SO_MARK, &mark, sizeof mark) == 0;
}

uint64_t Wire::send(uint64_t datagrams, size_t payload) const
{
    sockaddr_storage there;
    const auto length = socket_address(parse_address("192.0.2.2").value(), nobody_listens, there);
    const std::vector<char> bytes(payload, 'x');
    uint64_t sent = 0;
    for (uint64_t i = 0; i < datagrams; ++i)
        sent += ::sendto(socket_.get(), bytes.data(), bytes.size(), 0,
                         reinterpret_cast<sockaddr*>(&there), length) >= 0;
    return sent;
}

} // namespace gueway
