// SPDX-License-Identifier: GPL-2.0-only
// Wireshark's programs read what droptrace --pcap writes in a guest.
#include "netlab.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {
namespace {

// Datagrams to a port where nobody listens, as drops and followed, until the first is dropped.
constexpr const char* script = R"(
ip link set lo up
trace() { # FILE ARGUMENT...
    file=$1; shift; rm -f /tmp/ready
    droptrace --pcap /out/$file --ready-file /tmp/ready "$@" >/dev/null &
    tracer=$!
    while ! [ -e /tmp/ready ]; do sleep 0.1; done
    tftp -g -r x -l /tmp/x 127.0.0.1 9 &
    wait $tracer
    status=$?
    kill $!
    return $status
}
trace drops.pcapng --ifname lo --count 1 &&
    trace follow.pcapng --follow 'udp and dst port 9' --exit-on-drop
)";

// Lines of tshark: interface, length, captured length, protocols, comment.
std::vector<std::string> packets(const std::string& file)
{
    EXPECT_TRUE(run_ok({"capinfos", file}));
    const auto text = run_ok({"tshark", "-r", file, "-T", "fields", "-e", "frame.interface_name",
                              "-e", "frame.len", "-e", "frame.cap_len", "-e", "frame.protocols",
                              "-e", "frame.comment"});
    EXPECT_TRUE(text) << text.error().text();
    std::vector<std::string> all;
    if (text)
        for (const auto line : lines(*text)) all.emplace_back(line);
    return all;
}

bool any_has(const std::vector<std::string>& all, const char* words)
{
    return std::ranges::any_of(
        all, [&](const std::string& line) { return line.find(words) != line.npos; });
}

TEST(PcapTest, DropsAndFollowedPacketsAreReadByWireshark)
{
    const auto directory = TempDir::make().value();
    const auto outcome = netlab({"run", "--out", directory.path().string(), "--add",
                                 "build/bin/droptrace", "--", "sh", "-c", script});
    ASSERT_EQ(outcome.status, 0) << outcome.output << outcome.errors;

    const auto drops = packets(directory.path() / "drops.pcapng");
    ASSERT_FALSE(drops.empty());
    EXPECT_TRUE(any_has(drops, "lo\t62\t62\tsll:ethertype:ip:udp"));
    EXPECT_TRUE(any_has(drops, "NO_SOCKET"));

    const auto followed = packets(directory.path() / "follow.pcapng");
    ASSERT_GE(followed.size(), 2U);
    EXPECT_TRUE(any_has(followed, "sent by this host"));
    EXPECT_TRUE(any_has(followed, "DROPPED at"));
}

} // namespace
} // namespace gueway
