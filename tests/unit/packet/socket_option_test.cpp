// SPDX-License-Identifier: GPL-2.0-only
// What is said of a socket that does not know an option of packet sockets.
#include "packet/ring_capture.h"

#include <array>

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace gueway {
namespace {

Fd no_packet_socket()
{
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const Fd other(ends[1]);
    return Fd(ends[0]);
}

template <class T>
void expect_named(const Result<T>& refused, const char* option)
{
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().object, "a socket");
    EXPECT_EQ(refused.error().operation, std::string("set ") + option);
    EXPECT_NE(refused.error().code, 0);
    EXPECT_NE(refused.error().remedy, "");
}

TEST(SocketOption, IsNamedWhenRefused)
{
    expect_named(RingCapture::start(no_packet_socket(), 1, "a socket"), "PACKET_VERSION");
    expect_named(Capture::start(no_packet_socket(), 1, "a socket"), "PACKET_AUXDATA");
}

} // namespace
} // namespace gueway
