// SPDX-License-Identifier: GPL-2.0-only
// Every segment carries a packet of exactly its MTU, and no byte more: UDP datagrams that may not
// be fragmented.
#include "fixture.h"

#include <cerrno>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace gueway {
namespace {

using Mtu = TopologyTest;

TEST_F(Mtu, UnderlayCarriesExactlyItsOwn)
{
    for (const int underlay : {AF_INET, AF_INET6}) {
        for (const unsigned mtu : {1500U, 1600U, 9000U}) {
            for (const int workers : {1, 2}) { // a wire, and a switch
                const ReferenceOptions options{
                    .workers = workers, .underlay = underlay, .mtu = mtu, .terminate = false};
                const auto built = Topology::build(reference(options));
                ASSERT_TRUE(built) << built.error().text();
                const auto last = worker_address(options, workers);
                const auto name = worker_name(workers);
                EXPECT_EQ(send_packet(*built, "director", name, last, mtu), ssize_t(mtu));
                EXPECT_EQ(send_packet(*built, "director", name, last, mtu + 1), -EMSGSIZE);
            }
        }
    }
}

TEST_F(Mtu, IngressAndReturnCarryTheClients)
{
    const auto built =
        Topology::build(reference({.mtu = 9000, .client_mtu = 1400, .terminate = false}));
    ASSERT_TRUE(built) << built.error().text();
    for (const std::string address : {"192.0.2.1", "2001:db8:d0::1"}) {
        EXPECT_EQ(send_packet(*built, "client", "director", address, 1400), 1400);
        EXPECT_EQ(send_packet(*built, "client", "director", address, 1401), -EMSGSIZE);
    }
    for (const std::string address :
         {"192.0.2.2", "2001:db8:d0::2"}) { // the client, by the return path
        EXPECT_EQ(send_packet(*built, "w1", "client", address, 1400), 1400);
        EXPECT_EQ(send_packet(*built, "w1", "client", address, 1401), -EMSGSIZE);
    }
}

} // namespace
} // namespace gueway
