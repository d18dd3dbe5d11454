// SPDX-License-Identifier: GPL-2.0-only
// directorctl doctor on directors that directorctl has made: each setting spoilt, found, and mended
// by the commands that the doctor prints; and its verdict on the kernel, against what traffic
// meets.
#include "tests/doctor_run.h"
#include "topology/reference.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace gueway {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* service4 = "-t 198.51.100.150:8000";
constexpr const char* service6 = "-t [2001:db8::101]:8000";

// The settings that the doctor has nothing against.
const std::vector<std::string> good = {
    "sysctl -w net.ipv4.vs.sloppy_tcp=1 net.ipv4.vs.expire_nodest_conn=1",
    std::string("directorctl -E ") + service4 + " -s mh -b mh-fallback,mh-port",
    std::string("directorctl -E ") + service6 + " -s mh -b mh-fallback,mh-port"};

// A director of two workers behind GUE that is set well. `hides`: the underlay device segments.
Result<Topology> well_set(bool hides)
{
    ReferenceOptions options = ReplayOptions{}.reference;
    options.workers = 2;
    options.udp_tunnel_segmentation = hides;
    auto topology = TRY(Topology::build(reference(options)));
    TRY(configure(topology, options));
    for (const auto& command : good) TRY(topology.run_ok("director", {"sh", "-c", command}));
    return topology;
}

void run_in_director(const Topology& topology, const std::string& command)
{
    ASSERT_OK(topology.run_ok("director", {"sh", "-c", command}));
}

// --- the settings ---

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

// --- the kernel ---

// A way through the same director.
//   tunnel   of all its workers, in ipvsadm's words
//   feature  of the underlay device, "on" or "off"
//   finding  on an affected kernel
struct Variation {
    const char* tunnel;
    const char* udp_segmentation;
    const char* exposure;
    const char* finding;
    int status;
};
const Variation variations[] = {
    {"--tun-type gue --tun-port 5501 --tun-nocsum", "on", "hidden", "at_risk inner-mac", 1},
    {"--tun-type gue --tun-port 5501 --tun-nocsum", "off", "exposed", "broken inner-mac", 2},
    {"--tun-type gue --tun-port 5501 --tun-remcsum", "on", "exposed", "broken inner-mac", 2},
    {"--tun-type gre --tun-nocsum", "off", "hidden", "at_risk inner-mac", 1},
    {"--tun-type ipip", "off", "unaffected", "note inner-mac-unused", 0},
};

void vary(const Topology& topology, const Variation& variation)
{
    for (const auto* service : {service4, service6})
        for (const auto* worker : {"172.70.64.149:8000", "172.70.72.206:8000"})
            run_in_director(topology, fmt::format("directorctl -e {} -r {} -i {}", service, worker,
                                                  variation.tunnel));
    run_in_director(topology, fmt::format("ethtool -K d1 tx-udp_tnl-segmentation {0} "
                                          "tx-udp_tnl-csum-segmentation {0}",
                                          variation.udp_segmentation));
}

TEST(DoctorKernel, IsJudgedTogetherWithTheDevice)
{
    const auto lost = packets_lost();
    ASSERT_OK(lost);
    const bool lossy = *lost > 0;
    const auto topology = well_set(true);
    ASSERT_OK(topology);
    for (const auto& each : variations) {
        vary(*topology, each);
        const auto run = run_doctor(*topology);
        ASSERT_OK(run);
        SCOPED_TRACE(dump_json(run->report));
        EXPECT_EQ(run->kernel(), lossy ? "lossy" : "fixed");
        ASSERT_EQ(run->report["tunnels"].size(), 1U);
        EXPECT_EQ(run->report["tunnels"][0]["exposure"], each.exposure);
        EXPECT_EQ(run->report["tunnels"][0]["workers"], 4) << "two of each service";
        EXPECT_EQ(run->status, lossy ? each.status : 0);
        EXPECT_EQ(run->findings(), lossy ? Lines{each.finding} : Lines{});
    }
}

TEST(DoctorKernel, TheHotfixMakesItHealthyAgain)
{
    constexpr const char* module_file = "/lib/gueway/gueway_hotfix.ko";
    if (!fs::exists(module_file)) GTEST_SKIP() << "the suite's row brings no hotfix";
    const auto lost = packets_lost();
    ASSERT_OK(lost);
    const bool lossy = *lost > 0;
    const auto topology = well_set(false);
    ASSERT_OK(topology);
    ASSERT_OK(run_ok({"insmod", module_file}));
    const auto run = run_doctor(*topology);
    const auto unasked = run_doctor(*topology, {"--no-probe"});
    ASSERT_OK(run_ok({"rmmod", "gueway_hotfix"}));
    ASSERT_OK(run);
    ASSERT_OK(unasked);
    EXPECT_EQ(run->status, 0) << dump_json(run->report);
    EXPECT_EQ(run->kernel(), lossy ? "repaired" : "fixed");
    EXPECT_EQ(run->findings(), lossy ? Lines{"note inner-mac-hotfix"} : Lines{});
    EXPECT_TRUE(run->report["kernel"]["hotfix"]);
    EXPECT_EQ(unasked->status, 0) << dump_json(unasked->report);
}

// --- what it leaves, and what it refuses ---

TEST(DoctorRun, LeavesNoTrace)
{
    const auto topology = well_set(false);
    ASSERT_OK(topology);
    const auto before = surroundings(*topology);
    ASSERT_OK(before);
    ASSERT_FALSE(before->at("devices").empty());
    ASSERT_FALSE(before->at("ipvs").empty());
    ASSERT_FALSE(before->at("sysctls").empty());
    for (int i = 0; i < 3; ++i) ASSERT_OK(run_doctor(*topology));
    const auto after = surroundings(*topology);
    ASSERT_OK(after);
    for (const auto& [name, was] : *before) EXPECT_EQ(after->at(name), was) << name;
}

// Run where nothing uses IPVS, the modules that the probe needs come and go.
TEST(DoctorRun, TakesOutTheModulesItBroughtIn)
{
    // The kernel cleans up behind the namespaces of other tests in its own time.
    const auto idle = wait_until(Deadline::after(std::chrono::seconds(20)), "ip_vs", "its end", [] {
        for (const auto* module : {"ip_vs_rr", "ip_vs_mh", "ip_vs_wlc", "ip_vs"})
            (void)run({"rmmod", module});
        return !fs::exists("/sys/module/ip_vs");
    });
    ASSERT_OK(idle);
    const auto modules = [] { return run_ok({"sh", "-c", "cut -d' ' -f1 /proc/modules | sort"}); };
    const auto before = modules();
    const auto ran = run({"directorctl", "doctor", "--json"});
    ASSERT_OK(ran);
    const auto report = parse_json(ran->output, "doctor");
    ASSERT_OK(report);
    EXPECT_EQ((*report)["kernel"]["modules_left"].size(), 0U) << ran->output;
    EXPECT_NE((*report)["kernel"]["state"], "inconclusive") << ran->output;
    EXPECT_EQ(*modules(), *before);
}

void expect_refused(const Argv& argv, const std::string& words)
{
    const auto ran = run(argv);
    ASSERT_OK(ran);
    EXPECT_EQ(ran->status, 3);
    EXPECT_EQ(ran->output, "");
    EXPECT_EQ(lines(ran->errors).size(), 1U) << ran->errors;
    EXPECT_NE(ran->errors.find(words), std::string::npos) << ran->errors;
}

TEST(DoctorRun, WhatItCannotLookAtIsOneLine)
{
    expect_refused({"directorctl", "doctor", "--netns", "nope"}, "nope");
    expect_refused({"directorctl", "--netns", "nope", "doctor"}, "nope");
    expect_refused({"directorctl", "doctor", "--bogus"}, "--bogus");
    const Argv nobody = {"setpriv", "--reuid=65534", "--clear-groups"};
    for (const auto* option : {"--json", "--no-probe"}) {
        Argv argv = nobody;
        for (const auto* word : {"directorctl", "doctor", option}) argv.emplace_back(word);
        expect_refused(argv, "root");
    }
}

TEST(DoctorRun, CommandsForANamedNamespaceSaySo)
{
    const auto topology = well_set(true);
    ASSERT_OK(topology);
    run_in_director(*topology, "sysctl -w net.ipv4.vs.sloppy_tcp=0");
    const auto host = topology->host("director");
    ASSERT_OK(host);
    const auto& name = (*host)->name();
    const auto ran = run({"directorctl", "doctor", "--no-probe", "--netns", name});
    ASSERT_OK(ran);
    EXPECT_NE(ran->output.find("# ip netns exec " + name + " sysctl -w net.ipv4.vs.sloppy_tcp=1"),
              std::string::npos)
        << ran->output;
}

} // namespace
} // namespace gueway
