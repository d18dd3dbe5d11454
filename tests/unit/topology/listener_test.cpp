// SPDX-License-Identifier: GPL-2.0-only
#include "topology/wait.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

// As a little-endian kernel shows them: port 8000 (0x1F40) on 127.0.0.1, listening; a connection
// on port 8001; port 53 on the wildcard.
constexpr std::string_view tcp =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
    "   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n"
    "   1: 0100007F:1F41 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0\n"
    "   2: 00000000:0035 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n";

// Port 6443 on 2001:db8::101, port 80 on ::.
constexpr std::string_view tcp6 =
    "  sl  local_address                         remote_address                        st\n"
    "   0: B80D0120000000000000000001010000:192B 00000000000000000000000000000000:0000 0A 0\n"
    "   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0\n";

constexpr std::string_view udp = "   sl  local_address rem_address   st tx_queue rx_queue\n"
                                 "  100: 0100007F:1F40 00000000:0000 07 00000000:00000000\n";

bool shows(std::string_view table, const char* address, uint16_t port,
           Transport transport = Transport::tcp)
{
    return shows_listener(table, {*parse_address(address), port, transport});
}

TEST(Listener, IsFoundByAddressAndPort)
{
    EXPECT_TRUE(shows(tcp, "127.0.0.1", 8000));
    EXPECT_FALSE(shows(tcp, "127.0.0.2", 8000));
    EXPECT_FALSE(shows(tcp, "127.0.0.1", 8002));
    EXPECT_TRUE(shows(tcp6, "2001:db8::101", 6443));
    EXPECT_FALSE(shows(tcp6, "2001:db8::102", 6443));
}

TEST(Listener, ConnectionIsNone)
{
    EXPECT_FALSE(shows(tcp, "127.0.0.1", 8001));
}

TEST(Listener, WildcardCounts)
{
    EXPECT_TRUE(shows(tcp, "192.0.2.1", 53));
    EXPECT_FALSE(shows(tcp, "2001:db8::1", 53));
    EXPECT_TRUE(shows(tcp6, "2001:db8::1", 80));
    EXPECT_TRUE(shows(tcp6, "192.0.2.1", 80));
}

TEST(Listener, UdpHasItsOwnState)
{
    EXPECT_TRUE(shows(udp, "127.0.0.1", 8000, Transport::udp));
    EXPECT_FALSE(shows(udp, "127.0.0.1", 8000, Transport::tcp));
    EXPECT_FALSE(shows(tcp, "127.0.0.1", 8000, Transport::udp));
}

TEST(Listener, GarbageShowsNothing)
{
    for (const char* table : {"", "x", "0: zz:1F40 0 0A", "0: 0100007F 0 0A", "0: 01:1F40 0 0A"})
        EXPECT_FALSE(shows(table, "127.0.0.1", 8000)) << table;
}

TEST(Listener, NamesItself)
{
    EXPECT_EQ((Listener{*parse_address("2001:db8::101"), 6443, Transport::udp}.text()),
              "UDP listener on 2001:db8::101 port 6443");
}

} // namespace
} // namespace gueway
