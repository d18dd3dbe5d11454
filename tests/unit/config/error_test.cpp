// SPDX-License-Identifier: GPL-2.0-only
// Every reason to refuse a file: where it is told to be, and in which words.
#include "config/config.h"
#include "config/document.h"

#include <ostream>

#include <gtest/gtest.h>

namespace gueway {
namespace {

// `file` is refused, and the whole message is "f.yaml:" and `message`.
struct Row {
    std::string description; // letters only: part of the test's name
    std::string file;
    std::string message;
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.description;
}

class ConfigError : public testing::TestWithParam<Row> {};

TEST_P(ConfigError, NamesThePlaceAndTheRemedy)
{
    Mistakes mistakes;
    const auto config = parse_config(GetParam().file, "f.yaml", &mistakes);
    ASSERT_FALSE(config) << config_yaml(*config);
    EXPECT_EQ(config.error().text(), "f.yaml:" + GetParam().message);
    for (const auto& each : mistakes.first())
        EXPECT_TRUE(each.text().starts_with("f.yaml:")) << each.text();
}

std::string name(const testing::TestParamInfo<Row>& info)
{
    return info.param.description;
}

// A file around one line each of pool "p" and of the service that uses it.
std::string with_encap(const std::string& encap, const std::string& workers,
                       const std::string& vip = "192.0.2.1", const std::string& director = "{}")
{
    return "director: " + director + "\npools:\n  p:\n    " + encap + "\n    workers: [" + workers +
           "]\nservices:\n  - {vip: \"" + vip + "\", port: 80, scheduler: rr, pool: p}\n";
}
std::string with_worker(const std::string& worker)
{
    return with_encap("encap: {type: gue, port: 5501}", worker);
}
std::string with_service(const std::string& service)
{
    return "pools: {p: {forward: direct, workers: []}}\nservices:\n  - {" + service + "}\n";
}

const std::string w1 = "{name: w1, address: 10.0.0.1}";
const std::string gue = "encap: {type: gue, port: 5501}";

INSTANTIATE_TEST_SUITE_P(
    Document, ConfigError,
    testing::Values(
        Row{"Empty", "", "1:1: file: nothing is not a map with pools and services"},
        Row{"Scalar", "hello", "1:1: file: \"hello\" is not a map with pools and services"},
        Row{"Syntax", "pools: {}\nservices: }\n", "2:11: YAML: illegal flow end"},
        Row{"DuplicateKey", "services: []\npools: {}\nservices: []\n",
            "3:1: key services: it was given in line 1 already: keep one of them"},
        Row{"Anchor", "pools: &a {}\nservices: []\n",
            "1:8: YAML: anchors and aliases are not read: write the value out"},
        Row{"Tag", "pools: !!map {}\nservices: []\n",
            "1:8: YAML: the tag tag:yaml.org,2002:map is not read: leave it out"},
        Row{"TwoDocuments", "pools: {}\nservices: []\n---\na: b\n",
            "4:1: YAML: a second document: one file holds one configuration"},
        Row{"KeyIsAList", "? [a]\n: b\n", "1:3: YAML: a key that is no word: write KEY: VALUE"},
        Row{"TooDeep", "pools: " + std::string(16, '[') + std::string(16, ']'),
            "1:23: YAML: nested deeper than 16"},
        Row{"TooLarge", std::string(largest_file + 1, ' '),
            "1:1: file: 4194305 bytes are too many: at most 4 MiB"}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Shape, ConfigError,
    testing::Values(
        Row{"UnknownKey", "pools: {}\nservice: []\n",
            "2:1: file: unknown key \"service\": did you mean services?"},
        Row{"UnknownKeyDeeper", with_worker("{name: w1, adress: 10.0.0.1}"),
            "5:26: pools.p.workers[1]: unknown key \"adress\": did you mean address?"},
        Row{"UnknownKeyOfAnotherKind", "colour: red\n",
            "1:1: file: unknown key \"colour\": known are director, worker, pools, services"},
        Row{"MissingKey", "pools: {}\n",
            "1:1: file: services is missing: give services: [{vip: 198.51.100.150, port: 8000, "
            "scheduler: mh, pool: web}]"},
        Row{"MissingInAWorker", with_worker("{name: w1}"),
            "5:15: pools.p.workers[1]: address is missing: give address: 172.70.64.149"},
        Row{"NumberInQuotes", with_service("vip: 192.0.2.1, port: \"80\", scheduler: rr, pool: p"),
            "3:28: services[1].port: \"80\" is not a number from 1 to 65535"},
        Row{"NumberTooLarge", with_worker("{name: w1, address: 10.0.0.1, weight: 2147483648}"),
            "5:53: pools.p.workers[1].weight: \"2147483648\" is not a number from 0 to 2147483647"},
        Row{"NumberNegative", with_worker("{name: w1, address: 10.0.0.1, weight: -1}"),
            "5:53: pools.p.workers[1].weight: \"-1\" is not a number from 0 to 2147483647"},
        Row{"PortZero", with_service("vip: 192.0.2.1, port: 0, scheduler: rr, pool: p"),
            "3:28: services[1].port: \"0\" is not a number from 1 to 65535"},
        Row{"NotAnAddress", with_worker("{name: w1, address: example.org}"),
            "5:35: pools.p.workers[1].address: \"example.org\" is not an address of one host, as "
            "192.0.2.1 or \"2001:db8::1\""},
        Row{"Multicast", with_worker("{name: w1, address: 224.0.0.1}"),
            "5:35: pools.p.workers[1].address: \"224.0.0.1\" is not an address of one host, as "
            "192.0.2.1 or \"2001:db8::1\""},
        Row{"ThisNetwork", with_worker("{name: w1, address: 0.0.0.1}"),
            "5:35: pools.p.workers[1].address: \"0.0.0.1\" is not an address of one host, as "
            "192.0.2.1 or \"2001:db8::1\""},
        Row{"Choice", with_service("vip: 192.0.2.1, port: 80, scheduler: wlcc, pool: p"),
            "3:43: services[1].scheduler: \"wlcc\" is not one of rr, wrr, lc, wlc, lblc, lblcr, "
            "dh, "
            "sh, sed, nq, fo, ovf, mh, twos, none: did you mean wlc?"},
        Row{"ListInsteadOfMap", "pools: []\nservices: []\n",
            "1:8: pools: a list is not a map, as {web: {encap: {type: gue, port: 5501}, workers: "
            "[]}}"},
        Row{"NothingInsteadOfList", "pools: {}\nservices:\n",
            "2:1: services: nothing is not a list of maps, as [{vip: 198.51.100.150, port: 8000, "
            "scheduler: mh, pool: web}]"},
        Row{"WorkerIsNoMap", with_worker("w1"),
            "5:15: pools.p.workers[1]: \"w1\" is not a map: as in [{name: w1, address: "
            "172.70.64.149}]"},
        Row{"DeviceName", with_encap(gue, w1, "192.0.2.1", "{vip_device: averyverylongname}"),
            "1:24: director.vip_device: \"averyverylongname\" is not the name of a device, up to "
            "15 characters"},
        Row{"SysctlName", with_encap(gue, w1, "192.0.2.1", "{sysctls: {../ip_forward: 1}}"),
            "1:22: director.sysctls: \"../ip_forward\" is no name below net.ipv4.vs: as "
            "{conn_reuse_mode: 0, expire_nodest_conn: 1}"},
        Row{"SysctlHexadecimal", with_encap(gue, w1, "192.0.2.1", "{sysctls: {drop_entry: 0x0}}"),
            "1:34: director.sysctls: drop_entry: \"0x0\" is not how the kernel shows numbers: give "
            "decimal numbers without leading zeros"},
        Row{"SysctlLeadingZero",
            with_encap(gue, w1, "192.0.2.1", "{sysctls: {sync_threshold: 3 050}}"),
            "1:38: director.sysctls: sync_threshold: \"3 050\" is not how the kernel shows "
            "numbers: "
            "give decimal numbers without leading zeros"},
        Row{"Truth",
            with_service("vip: 192.0.2.1, port: 80, one_packet: yes, scheduler: rr, pool: p"),
            "3:44: services[1].one_packet: \"yes\" is not one of true, false"}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Pools, ConfigError,
    testing::Values(
        Row{"DuplicateName", with_worker(w1 + ", {name: w1, address: 10.0.0.2}"),
            "5:53: pool p: worker w1: line 5 has that name: a pool has each worker once"},
        Row{"DuplicateAddress", with_worker(w1 + ", {name: w2, address: 10.0.0.1}"),
            "5:66: pool p: worker w2: 10.0.0.1 is in line 5 already: a pool has each worker once"},
        Row{"EmptyWithWorkers", with_encap(gue + "\n    empty: true", w1),
            "5:12: pool p: it is not empty: it has 1 workers: leave empty out"},
        Row{"LinkLocal", with_worker("{name: w1, address: \"fe80::1\"}"),
            "5:35: pool p: worker w1: address fe80::1: it is link-local, IPVS wants an address "
            "that needs no device: give another one of the worker's"},
        Row{"Mapped", with_worker("{name: w1, address: \"::ffff:10.0.0.1\"}"),
            "5:35: pool p: worker w1: address ::ffff:10.0.0.1: it is an IPv4 address: give another "
            "one of the worker's"},
        Row{"PrivateLinkLocal",
            with_encap("encap: {type: fou-interface, port: 5555}",
                       "{name: w1, address: 10.0.0.1, private: [\"fe80::1\"]}"),
            "5:54: pool p: worker w1: private address fe80::1: it is link-local, IPVS wants an "
            "address that needs no device: give another one"},
        Row{"Thresholds",
            with_worker("{name: w1, address: 10.0.0.1, upper_threshold: 1, lower_threshold: 2}"),
            "5:82: pool p: worker w1: lower_threshold 2 is above upper_threshold 1: give an upper "
            "one that is larger"},
        Row{"NoEncap", with_encap("forward: tunnel", w1),
            "4:5: pool p: encap is missing: give encap: {type: gue, port: 5501}, or forward: "
            "direct or masquerade"},
        Row{"EncapWithoutTunnel", with_encap("forward: direct\n    " + gue, w1),
            "5:12: pool p: forward: direct has no encapsulation: leave encap or forward out"},
        Row{"GueWithoutPort", with_encap("encap: {type: gue}", w1),
            "4:12: pool p: encapsulation gue: it has no UDP port: give the port on which the "
            "workers receive"},
        Row{"GreWithPort", with_encap("encap: {type: gre, port: 1}", w1),
            "4:12: pool p: encapsulation gre: it has no UDP header, so no port: leave the port "
            "out"},
        Row{"GreRemoteChecksum", with_encap("encap: {type: gre, checksum: remote}", w1),
            "4:12: pool p: encapsulation gre: only GUE has a remote checksum: checksum none or "
            "full"},
        Row{"IpipChecksum", with_encap("encap: {type: ipip, checksum: full}", w1),
            "4:12: pool p: encapsulation ipip: IP in IP has no checksum: checksum none"},
        Row{"SecondPortOfGue", with_encap("encap: {type: gue, port: 5501, port6: 5502}", w1),
            "4:43: pool p: gue has no port6: only fou-interface needs one port for each IP version "
            "inside"},
        Row{"SamePortTwice",
            with_encap("encap: {type: fou-interface, port: 5501, port6: 5501}", w1),
            "4:53: pool p: port6 is port, 5501: FOU cannot tell IPv4 from IPv6 inside: give "
            "another port"},
        Row{"PrivateOfGue", with_worker("{name: w1, address: 10.0.0.1, private: [10.1.0.1]}"),
            "5:54: pool p: worker w1: private addresses are of fou-interface: leave them out"},
        Row{"PrivateTwice",
            with_encap("encap: {type: fou-interface, port: 5555}",
                       "{name: w1, address: 10.0.0.1, private: [10.1.0.1, 10.1.0.2]}"),
            "5:54: pool p: worker w1: two private addresses of one IP version: give one of each"},
        Row{"PrivateIsAVip",
            with_encap("encap: {type: fou-interface, port: 5555}",
                       "{name: w1, address: 10.0.0.1, private: [192.0.2.1]}"),
            "5:15: pool p: worker w1: private address 192.0.2.1 is the VIP of service tcp "
            "192.0.2.1:80: give one that nobody has"},
        Row{"PrivateIsAWorkersAddress",
            with_encap("encap: {type: fou-interface, port: 5555}",
                       "{name: w1, address: 10.0.0.1, private: [10.0.0.2]}, "
                       "{name: w2, address: 10.0.0.2, private: [10.1.0.2]}"),
            "5:15: pool p: worker w1: private address 10.0.0.2 is the address of worker w2: give "
            "one that nobody has"},
        Row{"PrivateOfAnother",
            with_encap("encap: {type: fou-interface, port: 5555}",
                       "{name: w1, address: 10.0.0.1, private: [10.1.0.1]}, "
                       "{name: w2, address: 10.0.0.2, private: [10.1.0.1]}"),
            "5:106: pool p: worker w2: private address 10.1.0.1 is in line 5 already: every "
            "worker's own"}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Services, ConfigError,
    testing::Values(
        Row{"NoVip", with_service("port: 80, scheduler: rr, pool: p"),
            "3:5: service: neither vip nor fwmark: give one"},
        Row{"Loopback", with_service("vip: 127.0.0.1, port: 80, scheduler: rr, pool: p"),
            "3:11: service 127.0.0.1: a loopback address reaches no director: give the address "
            "that clients use"},
        Row{"LoopbackV6", with_service("vip: \"::1\", port: 80, scheduler: rr, pool: p"),
            "3:11: service ::1: a loopback address reaches no director: give the address that "
            "clients use"},
        Row{"VipAndMark", with_service("vip: 192.0.2.1, fwmark: 1, scheduler: rr, pool: p"),
            "3:5: service: both vip and fwmark: give one"},
        Row{"MarkAndPort", with_service("fwmark: 1, port: 80, scheduler: rr, pool: p"),
            "3:23: service: port has no meaning with fwmark: leave it out"},
        Row{"VipAndFamily", with_service("vip: 192.0.2.1, family: ipv4, scheduler: rr, pool: p"),
            "3:30: service: family has no meaning with vip: leave it out"},
        Row{"NoPort", with_service("vip: 192.0.2.1, scheduler: rr, pool: p"),
            "3:5: service 192.0.2.1: port is missing: give port, or persistence for every port"},
        Row{"UnknownPool", with_service("vip: 192.0.2.1, port: 80, scheduler: rr, pool: pp"),
            "3:53: service tcp 192.0.2.1:80: no pool pp: define it under pools"},
        Row{"Twice",
            with_service("vip: 192.0.2.1, port: 80, scheduler: rr, pool: p") +
                "  - {vip: 192.0.2.1, port: 80, protocol: tcp, scheduler: wlc, pool: p}\n",
            "4:5: service tcp 192.0.2.1:80: it is in line 3 already: a file has each service once"},
        Row{"FlagOfAnother",
            with_service(
                "vip: 192.0.2.1, port: 80, scheduler: sh, flags: [sh-port, mh-port], pool: p"),
            "3:64: service tcp 192.0.2.1:80: scheduler sh has no flag mh-port: leave it out, or "
            "choose the scheduler it belongs to"},
        Row{"OnePacketOfTcp",
            with_service("vip: 192.0.2.1, port: 80, scheduler: rr, one_packet: true, pool: p"),
            "3:59: service tcp 192.0.2.1:80: only UDP can be scheduled by packet: leave one_packet "
            "out"},
        Row{"EngineAlone",
            with_service(
                "vip: 192.0.2.1, port: 80, scheduler: rr, persistence_engine: sip, pool: p"),
            "3:67: service tcp 192.0.2.1:80: persistence_engine without persistence: give "
            "persistence: SECONDS"},
        Row{"NetmaskOfAnotherFamily",
            with_service("vip: 192.0.2.1, port: 80, scheduler: rr, persistence: 9, "
                         "persistence_netmask: 33, pool: p"),
            "3:84: service tcp 192.0.2.1:80: 33 is no netmask of its address family: IPv4: 1 to 32 "
            "or a mask; IPv6: 1 to 128"}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Together, ConfigError,
    testing::Values(
        Row{"NoWorkers", with_encap(gue, ""),
            "4:5: service tcp 192.0.2.1:80: pool p: it has no workers, so that nobody would "
            "answer: give workers, or empty: true if that is meant"},
        Row{"MixedFamilies", with_encap("forward: direct", "{name: w1, address: \"fd00::1\"}"),
            "5:15: service tcp 192.0.2.1:80: pool p: worker w1 is IPv6, the service is IPv4: mixed "
            "address families need forward: tunnel"},
        Row{"NoPrivate",
            with_encap("encap: {type: fou-interface, port: 5555}",
                       "{name: w1, address: 10.0.0.1, private: [\"fd00::1\"]}"),
            "5:15: service tcp 192.0.2.1:80: pool p: worker w1 has no private IPv4 address: "
            "fou-interface needs one for each IP version of its services"},
        Row{"NoSecondPort",
            with_encap("encap: {type: fou-interface, port: 5555}",
                       "{name: w1, address: 10.0.0.1, private: [\"fd00::1\"]}", "2001:db8::1"),
            "4:5: service tcp [2001:db8::1]:80: pool p: its encap has no port6: fou-interface "
            "needs a port of its own for IPv6 inside"},
        Row{"PortWithoutMasquerade", with_worker("{name: w1, address: 10.0.0.1, port: 8080}"),
            "5:15: service tcp 192.0.2.1:80: pool p: worker w1 has port 8080, the service has 80: "
            "only forward: masquerade translates ports: leave the worker's out"},
        Row{"VipIsTheWorker", with_encap(gue, w1, "10.0.0.1"),
            "5:15: service tcp 10.0.0.1:80: pool p: worker w1 has the VIP as its address: a tunnel "
            "ends at an address of the worker alone"},
        Row{"SameWorkerByTheServicesPort",
            with_encap("forward: masquerade", w1 + ", {name: w2, address: 10.0.0.1, port: 80}"),
            "5:46: service tcp 192.0.2.1:80: pool p: worker w2 is 10.0.0.1:80, which another "
            "worker without a port is too: a service has each worker once"},
        Row{"NoRoomForV6",
            with_encap(gue, w1, "2001:db8::1", "{underlay: {device: d1, mtu: 1311}}"),
            "1:22: service tcp [2001:db8::1]:80: pool p: an MTU of 1311 leaves 1279 bytes, IPv6 "
            "needs 1280: give the underlay an MTU of at least 1312"},
        Row{"NoRoomForV6OverV6",
            with_encap("encap: {type: gue, port: 5501, checksum: remote}",
                       w1 + ", {name: w2, address: \"fd00::1\"}", "2001:db8::1",
                       "{underlay: {device: d1, mtu: 1339}}"),
            "1:22: service tcp [2001:db8::1]:80: pool p: an MTU of 1339 leaves 1279 bytes, IPv6 "
            "needs 1280: give the underlay an MTU of at least 1340"},
        Row{"NoRoomForV4", with_encap(gue, w1, "192.0.2.1", "{underlay: {device: d1, mtu: 607}}"),
            "1:22: service tcp 192.0.2.1:80: pool p: an MTU of 607 leaves 575 bytes, IPv4 needs "
            "576: give the underlay an MTU of at least 608"}),
    name);

std::string texts(const std::string& file)
{
    Mistakes mistakes;
    EXPECT_FALSE(parse_config(file, "f", &mistakes));
    std::string out;
    for (const auto& each : mistakes.first()) out += each.text() + "\n";
    return out;
}

TEST(ConfigErrors, AreAllTold)
{
    EXPECT_EQ(
        texts("pools:\n"
              "  p: {forward: direkt, workers: [{name: w1, adress: 10.0.0.1}]}\n"
              "services: [{vip: 192.0.2.1, port: 0, scheduler: rr, pool: p}]\n"),
        "f:2:16: pools.p.forward: \"direkt\" is not one of tunnel, direct, masquerade: did you "
        "mean direct?\n"
        "f:2:45: pools.p.workers[1]: unknown key \"adress\": did you mean address?\n"
        "f:3:35: services[1].port: \"0\" is not a number from 1 to 65535\n");
    EXPECT_EQ(texts("pools:\n"
                    "  p:\n"
                    "    encap: {type: gue}\n"
                    "    workers:\n"
                    "    - {name: w1, address: 10.0.0.1}\n"
                    "    - {name: w2, address: 10.0.0.1}\n"
                    "    - {name: w3, address: 192.0.2.1}\n"
                    "services:\n"
                    "- {vip: 192.0.2.1, port: 80, scheduler: rr, pool: p}\n"
                    "- {vip: 192.0.2.1, port: 81, scheduler: rr, pool: q}\n"),
              "f:3:12: pool p: encapsulation gue: it has no UDP port: give the port on which the "
              "workers receive\n"
              "f:6:27: pool p: worker w2: 10.0.0.1 is in line 5 already: a pool has each worker "
              "once\n"
              "f:10:51: service tcp 192.0.2.1:81: no pool q: define it under pools\n"
              "f:7:7: service tcp 192.0.2.1:80: pool p: worker w3 has the VIP as its address: a "
              "tunnel ends at an address of the worker alone\n");
}

TEST(ConfigErrors, AreCountedBeyondTheFirstFew)
{
    std::string file = "pools: {}\nservices:\n";
    for (int i = 0; i < 1000; ++i) file += "- 1\n";
    Mistakes mistakes;
    EXPECT_FALSE(parse_config(file, "f", &mistakes));
    EXPECT_EQ(mistakes.count(), 1000U);
    EXPECT_EQ(mistakes.first().size(), 20U);
}

TEST(ConfigAccepts, AnMtuThatIsJustEnough)
{
    EXPECT_TRUE(parse_config(
        with_encap(gue, w1, "2001:db8::1", "{underlay: {device: d1, mtu: 1312}}"), "f"));
    EXPECT_TRUE(
        parse_config(with_encap(gue, w1, "192.0.2.1", "{underlay: {device: d1, mtu: 608}}"), "f"));
}

} // namespace
} // namespace gueway
