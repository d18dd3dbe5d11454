// SPDX-License-Identifier: GPL-2.0-only
#include "flow/endpoint.h"

#include <gtest/gtest.h>

namespace gueway::flow {
namespace {

TEST(Endpoint, ReadsBackItsText)
{
    for (const auto* text : {"192.0.2.1:80", "[2001:db8::1]:6443", "0.0.0.0:0", "[::]:65535"})
        EXPECT_EQ(parse_endpoint(text).value().text(), text);
}

TEST(Endpoint, RefusesWhatIsNotNumericAndNamesIt)
{
    for (const auto* text : {"192.0.2.1", "192.0.2.1:65536", "192.0.2.1:", ":80", "host:80",
                             "2001:db8::1:80", "[192.0.2.1]:80", "[::1]", "[]:80"})
        EXPECT_FALSE(parse_endpoint(text)) << text;
    EXPECT_EQ(parse_endpoint("host:80").error().text(),
              "\"host:80\": parse address and port: not a numeric address and a port (EINVAL): "
              "write 192.0.2.1:80 or [2001:db8::1]:80");
}

TEST(Endpoint, SurvivesTheKernelsForm)
{
    for (const auto* text : {"192.0.2.1:80", "[2001:db8::1]:6443"}) {
        const Endpoint endpoint = parse_endpoint(text).value();
        sockaddr_storage storage{};
        socket_address(endpoint, storage);
        EXPECT_EQ(endpoint_of(storage), endpoint);
    }
}

} // namespace
} // namespace gueway::flow
