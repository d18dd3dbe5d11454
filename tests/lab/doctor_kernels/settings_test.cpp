// SPDX-License-Identifier: GPL-2.0-only
// directorctl doctor on a director that is set well: each setting spoilt, found, and mended by the
// commands that the doctor prints.
#include "tests/doctor_run.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

struct Spoilt {
    const char* command;
    const char* finding; // "at_risk sloppy-tcp-off"
};
const Spoilt spoilt_settings[] = {
    {"sysctl -w net.ipv4.vs.sloppy_tcp=0", "at_risk sloppy-tcp-off"},
    {"sysctl -w net.ipv4.vs.expire_nodest_conn=0", "at_risk expire-nodest-off"},
    {"sysctl -w net.ipv4.vs.conn_reuse_mode=0", "note conn-reuse-off"},
    {"sysctl -w net.ipv4.vs.conntrack=1", "note conntrack-drops-reused"},
    {"directorctl -E -t 198.51.100.150:8000 -b none", "at_risk mh-without-fallback"},
    {"directorctl -E -t 198.51.100.150:8000 -s none", "broken no-scheduler"},
    {"directorctl -e -t 198.51.100.150:8000 -r 172.70.64.149:8000 -w 0;"
     "directorctl -e -t 198.51.100.150:8000 -r 172.70.72.206:8000 -w 0",
     "broken no-worker"},
    {"ip link set d1 mtu 1500", "at_risk mtu-narrow"},
    {"ip link set d1 mtu 1300", "broken mtu-black-hole"},
    {"ip link set d1 mtu 1500; sysctl -w net.ipv4.vs.pmtu_disc=0", "at_risk pmtu-disc-off"},
    {"ip route add default dev d1; sysctl -w net.ipv4.conf.d0.rp_filter=1",
     "note rp-filter-strict"},
};

TEST(DoctorSettings, EachIsFoundAndMendedByItsCommands)
{
    const auto topology = well_set(true);
    ASSERT_OK(topology);
    const auto well = run_doctor(*topology, {"--no-probe"});
    ASSERT_OK(well);
    EXPECT_EQ(well->findings(), (Lines{"at_risk inner-mac-unknown"})) << dump_json(well->report);
    for (const auto& [command, finding] : spoilt_settings) {
        SCOPED_TRACE(command);
        run_in_director(*topology, command);
        const auto spoilt = run_doctor(*topology, {"--no-probe"});
        ASSERT_OK(spoilt);
        EXPECT_TRUE(spoilt->has(finding)) << dump_json(spoilt->report);
        EXPECT_EQ(spoilt->status, std::string_view(finding).starts_with("broken") ? 2 : 1);
        for (const auto& each : spoilt->report["findings"])
            if (each["id"] != "inner-mac-unknown")
                for (const auto& mending : each["commands"])
                    run_in_director(*topology, mending.get<std::string>());
        const auto mended = run_doctor(*topology, {"--no-probe"});
        ASSERT_OK(mended);
        EXPECT_EQ(mended->findings(), (Lines{"at_risk inner-mac-unknown"}))
            << dump_json(mended->report);
    }
}

TEST(DoctorSettings, WhatNoCommandOfTheDirectorMendsIsFoundToo)
{
    const auto topology = well_set(true);
    ASSERT_OK(topology);
    // From an address that the director would answer by d1: the reverse path filter drops it.
    run_in_director(*topology,
                    "ip route add default dev d1; sysctl -w net.ipv4.conf.d0.rp_filter=1");
    ASSERT_OK(
        topology->run("client", {"ping", "-c", "1", "-W", "1", "-I", "203.0.113.1", "192.0.2.1"}));
    run_in_director(*topology, std::string("ip route del default; ip route add default dev d1; ") +
                                   "ip route add unreachable 10.99.0.1; directorctl -a " +
                                   service4 +
                                   " -r 10.99.0.1:8000 -i --tun-type gue --tun-port 5501");
    const auto director = run_doctor(*topology, {"--no-probe"});
    ASSERT_OK(director);
    EXPECT_TRUE(director->has("at_risk rp-filter-strict")) << dump_json(director->report);
    EXPECT_TRUE(director->has("broken no-route")) << dump_json(director->report);
    EXPECT_EQ(director->status, 2);

    const auto well = run_doctor(*topology, {"--no-probe"}, "w1");
    ASSERT_OK(well);
    EXPECT_FALSE(well->has("at_risk rp-filter-tunnel")) << dump_json(well->report);
    ASSERT_OK(topology->run_ok("w1", {"sh", "-c",
                                      "sysctl -w net.ipv4.conf.tunl0.rp_filter=1; "
                                      "ip link set tunl0 up"}));
    const auto worker = run_doctor(*topology, {"--no-probe"}, "w1");
    ASSERT_OK(worker);
    EXPECT_TRUE(worker->has("at_risk rp-filter-tunnel")) << dump_json(worker->report);
}

} // namespace
} // namespace gueway
