// SPDX-License-Identifier: GPL-2.0-only
// The layouts that scripts parse, and -S, which reads back to the same table.
#include "ipvsadm/connections.h"
#include "ipvsadm/listing.h"
#include "ipvsadm/save.h"
#include "ipvsadm/wanted.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway::ipvsadm {
namespace {

using ipvs::ServiceState;

// The table that command lines make.
Wanted made(std::string_view text)
{
    WantedReader reader("test");
    size_t number = 0;
    for (const auto line : lines(text)) reader.line({++number, line});
    for (const auto& complaint : reader.complaints()) ADD_FAILURE() << complaint;
    return reader.take();
}

constexpr std::string_view sample =
    R"(-A -t 198.51.100.1:80 -s mh -p 60 -M 255.255.255.0 -b mh-fallback,mh-port
-a -t 198.51.100.1:80 -r 10.0.0.1:80 -i -w 100 --tun-type gue --tun-port 6080 --tun-nocsum
-a -t 198.51.100.1:80 -r 10.0.0.2:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum -x 10 -y 5
-a -t 198.51.100.1:80 -r 10.0.0.3:80 -i -w 1 --tun-type gre --tun-csum
-a -t 198.51.100.1:80 -r 10.0.0.4:80 -i -w 1 --tun-type ipip
-a -t 198.51.100.1:80 -r 10.0.0.5:8080 -m -w 0
-a -t 198.51.100.1:80 -r 10.0.0.6:80 -g -w 2147483647
-A -u 198.51.100.1:53 -s rr -p 360 --pe sip -o -b flag-1,flag-2,flag-3
-A --sctp-service 198.51.100.1:80 -s sh -b sh-fallback,sh-port,flag-3
-A -t [2001:db8::1]:0 -s wlc -p 360 -M 64
-A -f 7 -s wlc
-A -f 7 -6 -s wlc
-a -f 7 -6 -r [2001:db8::5]:0 -i -w 1 --tun-type ipip
)";

TEST(Save, ReadsBackToTheSame)
{
    auto wanted = made(sample);
    sort(wanted.services);
    EXPECT_EQ(save(made(save(wanted.services)).services, true), save(wanted.services));
    // In the kernel's order, which is that of adding backwards.
    EXPECT_EQ(save(made(sample).services, true), sample);
}

TEST(Save, TimeoutsAndDaemonsReadBackToo)
{
    const std::string text = "--set 901 120 300\n"
                             "--start-daemon master --mcast-interface d0 --syncid 7 --sync-maxlen "
                             "1472 --mcast-group 224.0.0.81 --mcast-port 8848 --mcast-ttl 1\n";
    const auto wanted = made(text);
    EXPECT_EQ(save(wanted.timeouts) + save(wanted.daemons), text);
    EXPECT_EQ(save(ipvs::Timeouts{900, 120, 300}), "") << "the kernel's own";
}

constexpr Options numeric = options(Option::numeric);

TEST(Listing, Plain)
{
    auto wanted = made(sample);
    sort(wanted.services);
    EXPECT_EQ(banner({.version = 0x010201, .table_size = 4096}),
              "IP Virtual Server version 1.2.1 (size=4096)\n");
    EXPECT_EQ(table(wanted.services, numeric),
              "Prot LocalAddress:Port Scheduler Flags\n"
              "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
              "TCP  198.51.100.1:80 mh (mh-fallback,mh-port) persistent 60 mask 255.255.255.0\n"
              "  -> 10.0.0.1:80                  Tunnel  100    0          0         \n"
              "  -> 10.0.0.2:80                  Tunnel  1      0          0         \n"
              "  -> 10.0.0.3:80                  Tunnel  1      0          0         \n"
              "  -> 10.0.0.4:80                  Tunnel  1      0          0         \n"
              "  -> 10.0.0.5:8080                Masq    0      0          0         \n"
              "  -> 10.0.0.6:80                  Route   2147483647 0          0         \n"
              "UDP  198.51.100.1:53 rr (flag-1,flag-2,flag-3) persistent 360 pe sip ops\n"
              "SCTP 198.51.100.1:80 sh (sh-fallback,sh-port,flag-3)\n"
              "TCP  [2001:db8::1]:0 wlc persistent 360 mask 64\n"
              "FWM  7 wlc\n"
              "FWM  7 IPv6 wlc\n"
              "  -> [2001:db8::5]:0              Tunnel  1      0          0         \n");
}

std::vector<ServiceState> one_worker()
{
    auto states = made("-A -t 198.51.100.1:80\n-a -t 198.51.100.1:80 -r 10.0.0.1 -i --tun-type gue "
                       "--tun-port 6080 -x 10 -y 5\n")
                      .services;
    auto& worker = states[0].destinations[0];
    worker.active = 3;
    worker.inactive = 4;
    worker.persistent = 5;
    auto& stats = worker.stats;
    stats = {.connections = 99'999'999,
             .in_packets = 100'000'000,
             .out_packets = 5'000'000'000, // more than 32 bits hold
             .in_bytes = 123'456'789'012'345,
             .out_bytes = 7};
    stats.cps = 1;
    stats.in_pps = 123'456'789;
    stats.in_bps = 123'456'789;
    return states;
}

// The line of the worker, without the title and its service.
std::string worker_line(Options named)
{
    const auto text = table(one_worker(), numeric | named);
    return text.substr(text.find("  -> 10."));
}

TEST(Listing, OtherColumns)
{
    EXPECT_EQ(worker_line(options(Option::stats)),
              "  -> 10.0.0.1:80                  99999999  100000K    5000M     123T        7\n");
    EXPECT_EQ(worker_line(options(Option::stats, Option::exact)),
              "  -> 10.0.0.1:80                  99999999 100000000 5000000000 123456789012345"
              "        7\n");
    EXPECT_EQ(worker_line(options(Option::rate)),
              "  -> 10.0.0.1:80                         1 123456789        0  123456K        0\n");
    EXPECT_EQ(worker_line(options(Option::thresholds)),
              "  -> 10.0.0.1:80                  10         5          3          4         \n");
    EXPECT_EQ(worker_line(options(Option::persistent_conn)),
              "  -> 10.0.0.1:80                  1         5           3          4         \n");
    EXPECT_EQ(worker_line(options(Option::tunnel_info)),
              "  -> 10.0.0.1:80                  Tunnel  gue:6080:-c   1      3          4         "
              "\n");
    EXPECT_EQ(worker_line(options(Option::tunnel_info, Option::stats)),
              worker_line(options(Option::stats)));
}

TEST(Listing, SortsAddressesAsNumbers)
{
    auto states = made("-A -t 198.51.100.1:80\n-A -t 10.0.0.1:80\n-A -f 1\n-A -u 10.0.0.1:80\n"
                       "-A -t [2001:db8::1]:80\n")
                      .services;
    sort(states);
    std::string keys;
    for (const auto& state : states) keys += state.service.key.text() + "\n";
    EXPECT_EQ(keys, "tcp 10.0.0.1:80\ntcp 198.51.100.1:80\nudp 10.0.0.1:80\ntcp [2001:db8::1]:80\n"
                    "fwmark 1\n");
}

TEST(Listing, TimeoutsAndDaemons)
{
    EXPECT_EQ(timeouts_line({900, 120, 300}), "Timeout (tcp tcpfin udp): 900 120 300\n");
    EXPECT_EQ(daemon_lines({{.role = ipvs::DaemonRole::backup, .interface = "d0", .sync_id = 3},
                            {.role = ipvs::DaemonRole::master,
                             .interface = "d0",
                             .sync_id = 5,
                             .max_length = 1472,
                             .group = *parse_address("224.0.0.81"),
                             .port = 8848,
                             .ttl = 1}}),
              "master sync daemon (mcast=d0, syncid=5, maxlen=1472, group=224.0.0.81, port=8848, "
              "ttl=1)\n"
              "backup sync daemon (mcast=d0, syncid=3)\n");
}

TEST(Listing, Connections)
{
    constexpr std::string_view proc =
        "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n"
        "TCP C0000201 8F2C C6336401 0050 0A000001 0050 ESTABLISHED     899\n"
        "UDP 2001:0db8:0000:0000:0000:0000:0000:0001 0035 2001:0db8:0000:0000:0000:0000:0000:0002 "
        "0035 2001:0db8:0000:0000:0000:0000:0000:0003 0035 UDP             61 sip abc\n"
        "half a line\n";
    EXPECT_EQ(connection_table(proc, true, false),
              "IPVS connection entries\n"
              "pro expire state       source             virtual            destination\n"
              "TCP 14:59  ESTABLISHED 192.0.2.1:36652    198.51.100.1:80    10.0.0.1:80\n"
              "UDP 01:01  UDP         [2001:db8::1]:53   [2001:db8::2]:53   [2001:db8::3]:53\n");
    const auto engines = connection_table(proc, true, true);
    EXPECT_NE(engines.find("[2001:db8::3]:53 sip                abc\n"), std::string::npos)
        << engines;
}

} // namespace
} // namespace gueway::ipvsadm
