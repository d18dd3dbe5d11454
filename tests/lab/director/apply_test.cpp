// SPDX-License-Identifier: GPL-2.0-only
// directorctl apply against the kernel: ipvsadm must see exactly what the file says.
#include "fixture.h"

#include <ostream>

#include <sys/stat.h>
#include <unistd.h>

namespace gueway {
namespace {

// `yaml` applied is `rules` to ipvsadm, sorted.
struct Row {
    std::string description; // letters only: part of the test's name
    std::string yaml, rules;
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.description;
}

std::string with(const std::string& pool, const std::string& service)
{
    return "pools:\n  p: {" + pool + "}\nservices:\n  - {" + service + ", pool: p}\n";
}
const std::string one4 = "workers: [{name: a, address: 10.0.0.1, weight: 7}]";
const std::string one6 = "workers: [{name: a, address: \"2001:db8:1::1\", weight: 7}]";
const std::string vip4 = "vip: 192.0.2.1, port: 80, scheduler: rr";
const std::string vip6 = "vip: \"2001:db8::1\", port: 80, scheduler: rr";

class ApplyRow : public DirectorTest, public testing::WithParamInterface<Row> {};

TEST_P(ApplyRow, IsWhatIpvsadmSeesAndWhatSaveSaves)
{
    apply(GetParam().yaml);
    EXPECT_EQ(saved(), GetParam().rules);
    const auto yaml = ok({"directorctl", "save", "--yaml"});
    const auto plan = directorctl("plan", yaml, {"--prune", "--weights", "--detailed-exitcode"});
    EXPECT_EQ(plan.status, 0) << yaml << plan.output << plan.errors;
}

std::string name(const testing::TestParamInfo<Row>& info)
{
    return info.param.description;
}

INSTANTIATE_TEST_SUITE_P(
    Encapsulations, ApplyRow,
    testing::Values(
        Row{"Gue", with("encap: {type: gue, port: 5501}, " + one4, vip4),
            "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1:80 -i -w 7 --tun-type gue "
            "--tun-port 5501 --tun-nocsum\n"},
        Row{"GueChecksum", with("encap: {type: gue, port: 5501, checksum: full}, " + one4, vip6),
            "-A -t [2001:db8::1]:80 -s rr\n-a -t [2001:db8::1]:80 -r 10.0.0.1:80 -i -w 7 "
            "--tun-type gue --tun-port 5501 --tun-csum\n"},
        Row{"GueRemoteChecksum",
            with("encap: {type: gue, port: 5501, checksum: remote}, " + one6, vip4),
            "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r [2001:db8:1::1]:80 -i -w 7 "
            "--tun-type gue --tun-port 5501 --tun-remcsum\n"},
        Row{"Gre", with("encap: {type: gre}, " + one6, vip6),
            "-A -t [2001:db8::1]:80 -s rr\n-a -t [2001:db8::1]:80 -r [2001:db8:1::1]:80 -i -w 7 "
            "--tun-type gre --tun-nocsum\n"},
        Row{"GreChecksum", with("encap: {type: gre, checksum: full}, " + one4, vip4),
            "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1:80 -i -w 7 --tun-type gre "
            "--tun-csum\n"},
        Row{"Ipip", with("encap: {type: ipip}, " + one4, vip4),
            "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1:80 -i -w 7 --tun-type "
            "ipip\n"},
        Row{"Direct", with("forward: direct, " + one4, vip4),
            "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1:80 -g -w 7\n"},
        Row{"Masquerade",
            with("forward: masquerade, workers: [{name: a, address: 10.0.0.1, port: 81}]", vip4),
            "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1:81 -m -w 1\n"}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Services, ApplyRow,
    testing::Values(
        Row{"Flags",
            with("forward: direct, workers: [], empty: true",
                 "vip: 192.0.2.1, port: 80, scheduler: mh, flags: [mh-port, mh-fallback]"),
            "-A -t 192.0.2.1:80 -s mh -b mh-fallback,mh-port\n"},
        Row{"Persistence",
            with("forward: direct, workers: [], empty: true",
                 "vip: 192.0.2.1, protocol: udp, scheduler: sh, persistence: 60, "
                 "persistence_netmask: 24, one_packet: true"),
            "-A -u 192.0.2.1:0 -s sh -p 60 -M 255.255.255.0 -o\n"},
        Row{"Mark",
            with("forward: direct, workers: [], empty: true",
                 "fwmark: 9, family: ipv6, scheduler: wlc, persistence: 60"),
            "-A -f 9 -6 -s wlc -p 60\n"}),
    name);

class Apply : public DirectorTest {
protected:
    static std::string yaml(const std::string& workers, const std::string& director = "{}")
    {
        return "director: " + director +
               "\npools:\n  web:\n    encap: {type: gue, port: 5501}\n    workers: [" + workers +
               "]\nservices:\n  - {vip: 192.0.2.1, port: 80, scheduler: wlc, pool: web}\n";
    }
    static constexpr const char* w1 = "{name: w1, address: 10.0.0.1, weight: 10}";
    static constexpr const char* w2 = "{name: w2, address: 10.0.0.2, weight: 10}";
    static constexpr const char* gue = " --tun-type gue --tun-port 5501 --tun-nocsum";
    static std::string rule(const std::string& worker, int weight)
    {
        return "-a -t 192.0.2.1:80 -r " + worker + ":80 -i -w " + std::to_string(weight) + gue +
               "\n";
    }
};

TEST_F(Apply, LeavesWeightsOfOthersAlone)
{
    apply(yaml(std::string(w1) + ", " + w2));
    ok({"ipvsadm", "-e", "-t", "192.0.2.1:80", "-r", "10.0.0.1", "-i", "-w", "0", "--tun-type",
        "gue", "--tun-port", "5501"});
    const auto drained = "-A -t 192.0.2.1:80 -s wlc\n" + rule("10.0.0.1", 0) + rule("10.0.0.2", 10);
    ASSERT_EQ(saved(), drained);
    const auto plan = directorctl("plan", yaml(std::string(w1) + ", " + w2));
    EXPECT_NE(plan.output.find("runtime weight 0, the file says 10"), std::string::npos)
        << plan.output;
    apply(yaml(std::string(w1) + ", " + w2));
    EXPECT_EQ(saved(), drained);
    // Not even when the same worker is edited for another reason.
    apply(
        yaml("{name: w1, address: 10.0.0.1, weight: 10, upper_threshold: 50}, " + std::string(w2)));
    EXPECT_EQ(saved(), drained);
    apply(yaml(std::string(w1) + ", " + w2), {"--weights"});
    EXPECT_EQ(saved(), "-A -t 192.0.2.1:80 -s wlc\n" + rule("10.0.0.1", 10) + rule("10.0.0.2", 10));
}

TEST_F(Apply, PrunesOnDemandOnly)
{
    ok({"ipvsadm", "-A", "-t", "192.0.2.9:53", "-s", "rr"});
    apply(yaml(w1));
    const auto ours = "-A -t 192.0.2.1:80 -s wlc\n" + rule("10.0.0.1", 10);
    EXPECT_EQ(saved(),
              "-A -t 192.0.2.1:80 -s wlc\n-A -t 192.0.2.9:53 -s rr\n" + rule("10.0.0.1", 10));
    apply(yaml(w1), {"--prune"});
    EXPECT_EQ(saved(), ours);
}

TEST_F(Apply, RemovesAWorkerThatTheFileHasNoMore)
{
    apply(yaml(std::string(w1) + ", " + w2));
    apply(yaml(w2));
    EXPECT_EQ(saved(), "-A -t 192.0.2.1:80 -s wlc\n" + rule("10.0.0.2", 10));
}

TEST_F(Apply, GivesTheDirectorItsVipsAndSysctls)
{
    apply(yaml(w1, "{vip_device: vips, sysctls: {conn_reuse_mode: 0, sync_threshold: 4 70}}"));
    EXPECT_NE(ok({"ip", "-br", "address", "show", "vips"}).find("192.0.2.1/32"), std::string::npos);
    EXPECT_EQ(ok({"cat", "/proc/sys/net/ipv4/vs/sync_threshold"}), "4\t70\n");
}

TEST_F(Apply, NeedsAYesWithoutATerminal)
{
    const auto refused = directorctl("apply", yaml(w1));
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.errors.find("--yes"), std::string::npos) << refused.errors;
    EXPECT_EQ(saved(), "");
}

TEST_F(Apply, SaysWithItsExitStatusWhetherThereIsSomethingToDo)
{
    EXPECT_EQ(directorctl("plan", yaml(w1), {"--detailed-exitcode"}).status, 2);
    EXPECT_EQ(directorctl("plan", yaml(w1)).status, 0);
    EXPECT_EQ(directorctl("plan", "nonsense", {"--detailed-exitcode"}).status, 1);
    EXPECT_EQ(directorctl("plan", yaml(w1), {"--no-such-option"}).status, 2);
}

// A broadcast address: the file cannot know, the kernel refuses (ip_vs_new_dest).
TEST_F(Apply, TakesEverythingBackWhenTheKernelRefuses)
{
    ok({"ip", "link", "add", "lan", "type", "dummy"});
    ok({"ip", "link", "set", "lan", "up"});
    ok({"ip", "address", "add", "10.9.0.1/24", "dev", "lan"});
    apply(yaml(w1, "{vip_device: vips}"));
    ok({"ipvsadm", "-A", "-t", "192.0.2.9:53", "-s", "rr"});
    const auto before = everything();
    const auto refused =
        directorctl("apply",
                    yaml("{name: w3, address: 10.0.0.3}, {name: bad, address: 10.9.0.255}",
                         "{vip_device: vips, sysctls: {conn_reuse_mode: 0}}") +
                        "  - {vip: 192.0.2.2, port: 80, scheduler: mh, pool: web}\n",
                    {"--yes", "--prune"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.errors.find("worker 10.9.0.255:80: add: Invalid argument (EINVAL)"),
              std::string::npos)
        << refused.errors;
    EXPECT_NE(refused.errors.find("all changes were taken back"), std::string::npos)
        << refused.errors;
    EXPECT_EQ(everything(), before);
}

TEST_F(Apply, SaysWhoIsInTheWay)
{
    ASSERT_OK(where().in([&]() -> Result<void> {
        struct stat own{};
        ::stat("/proc/thread-self/ns/net", &own);
        const auto path = "/run/gueway/netns-" + std::to_string(own.st_ino) + ".lock";
        const auto lock = TRY(FileLock::wait(path));
        TRY(write_existing(path, std::to_string(::getpid()) + "\n"));
        const auto refused = directorctl("apply", yaml(w1), {"--yes"});
        EXPECT_EQ(refused.status, 1);
        EXPECT_NE(refused.errors.find("process " + std::to_string(::getpid())), std::string::npos)
            << refused.errors;
        return {};
    }));
}

TEST_F(Apply, MakesAndRemovesFouInterfaces)
{
    std::ignore = run({"modprobe", "-q", "-a", "fou", "ipip"});
    const std::string services = "services:\n  - {vip: 192.0.2.1, port: 80, scheduler: rr, pool: "
                                 "p}\n";
    const std::string fou = "pools:\n  p:\n    encap: {type: fou-interface, port: 5555}\n    "
                            "workers: [{name: a, address: 10.0.0.1, private: [10.255.0.1]}]\n" +
                            services;
    apply(fou);
    EXPECT_EQ(saved(), "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.255.0.1:80 -g -w 1\n");
    EXPECT_NE(ok({"ip", "-4", "route"}).find("10.255.0.1 dev gwf4-0a000001"), std::string::npos);
    const auto yaml = ok({"directorctl", "save", "--yaml"});
    EXPECT_EQ(directorctl("plan", yaml, {"--prune", "--weights", "--detailed-exitcode"}).status, 0)
        << yaml;
    // From FOU to GUE in one step, and the device goes.
    apply("pools:\n  p: {encap: {type: gue, port: 5501}, workers: [{name: a, address: 10.0.0.1}]}"
          "\n" +
          services);
    EXPECT_EQ(saved(), "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.0.0.1:80 -i -w 1" +
                           std::string(gue) + "\n");
    EXPECT_EQ(ok({"ip", "-br", "link"}).find("gwf4"), std::string::npos);
}

} // namespace
} // namespace gueway
