// SPDX-License-Identifier: GPL-2.0-only
#include "fake.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace gueway {
namespace {

constexpr const char* connections =
    "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n"
    "UDP C0000202 9C40 C6336496 1F40 AC4648CE 1F40 UDP              12\n"
    "TCP C0000202 9C40 C6336496 1F40 AC464095 1F40 SYN_RECV         58\n"
    "TCP [2001:0db8:00d0:0000:0000:0000:0000:0002] 9C40 [2001:0db8:0000:0000:0000:0000:0000:0101] "
    "1F40 AC464095 1F40 ESTABLISHED     899\n";

std::string worker(uint8_t protocol, const Endpoint& client, const Endpoint& vip)
{
    const auto found = find_worker(connections, protocol, client, vip);
    return found ? found->text() : "none";
}

TEST(Connections, AreFoundByProtocolClientAndVip)
{
    const Endpoint client{ip("192.0.2.2"), 40000}, vip{ip("198.51.100.150"), 8000};
    EXPECT_EQ(worker(IPPROTO_TCP, client, vip), "172.70.64.149:8000");
    EXPECT_EQ(worker(IPPROTO_UDP, client, vip), "172.70.72.206:8000");
    EXPECT_EQ(worker(IPPROTO_TCP, {ip("192.0.2.2"), 40001}, vip), "none");
}

TEST(Connections, MayHaveIpv6BeforeTheTunnelAndIpv4Behind)
{
    const Endpoint client{ip("2001:db8:d0::2"), 40000}, vip{ip("2001:db8::101"), 8000};
    EXPECT_EQ(worker(IPPROTO_TCP, client, vip), "172.70.64.149:8000");
}

} // namespace
} // namespace gueway
