// SPDX-License-Identifier: GPL-2.0-only
#include "director/save.h"
#include "director/show.h"
#include "sample.h"
#include "util/json.h"

#include <ostream>

namespace gueway {
namespace {

struct Row {
    std::string description; // letters only: part of the test's name
    std::string yaml;
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.description;
}

class SavedYaml : public testing::TestWithParam<Row> {};

TEST_P(SavedYaml, PlansAsEmpty)
{
    const auto state = applied(parsed(GetParam().yaml));
    const auto yaml = saved_yaml(state);
    ASSERT_TRUE(yaml) << yaml.error().text();
    const auto plan = make_plan(parsed(*yaml), state, {.prune = true, .weights = true});
    ASSERT_TRUE(plan) << plan.error().text();
    EXPECT_EQ(plan::text(plan->shown), "nothing to do\n") << *yaml;
}

std::string name(const testing::TestParamInfo<Row>& info)
{
    return info.param.description;
}

std::string with(const std::string& pool, const std::string& service)
{
    return "pools:\n  p: {" + pool + "}\nservices:\n  - {" + service + ", pool: p}\n";
}
const std::string workers = "workers: [{name: a, address: 10.0.0.1, weight: 7}]";
const std::string http = "vip: 192.0.2.1, port: 80, scheduler: rr";

INSTANTIATE_TEST_SUITE_P(
    All, SavedYaml,
    testing::Values(
        Row{"Nothing", "pools: {}\nservices: []\n"}, Row{"Sample", sample_yaml},
        Row{"Direct", with("forward: direct, " + workers, http)},
        Row{"Gre", with("encap: {type: gre, checksum: full}, " + workers, http)},
        Row{"Remote", with("encap: {type: gue, port: 1, checksum: remote}, " + workers, http)},
        Row{"NoWorkers", with("forward: direct, workers: [], empty: true", http)},
        Row{"OtherPort",
            with("forward: masquerade, workers: [{name: a, address: 10.0.0.1, port: 8080}, "
                 "{name: b, address: 10.0.0.1, port: 8081}]",
                 http)},
        Row{"Thresholds",
            with("forward: direct, workers: [{name: a, address: 10.0.0.1, upper_threshold: 9, "
                 "lower_threshold: 4, weight: 0}]",
                 http)},
        Row{"Mark", with("encap: {type: ipip}, " + workers,
                         "fwmark: 9, family: ipv6, scheduler: mh, flags: [mh-port, flag-3], "
                         "persistence: 60, persistence_netmask: 56")},
        Row{"Persistence", with("forward: direct, " + workers,
                                "vip: 192.0.2.1, protocol: sctp, scheduler: sh, persistence: 60, "
                                "persistence_netmask: 255.0.255.0, persistence_engine: sip")},
        Row{"OnePacket", with("forward: direct, " + workers,
                              "vip: 192.0.2.1, port: 53, protocol: udp, scheduler: rr, one_packet: "
                              "true")},
        Row{"FouInterfaces",
            R"(director: {underlay: {device: d1}}
pools:
  p:
    encap: {type: fou-interface, port: 5555, port6: 5556, checksum: full}
    workers:
      - {name: a, address: 10.0.0.1, private: [10.255.0.1, "fd00::1"]}
      - {name: b, address: "2001:db8::2", private: [10.255.0.2, "fd00::2"]}
services:
  - {vip: 192.0.2.1, port: 80, scheduler: rr, pool: p}
  - {vip: "2001:db8::101", port: 80, scheduler: rr, pool: p}
)"}),
    name);

TEST(SavedYaml, SharesPoolsOfEqualWorkers)
{
    const auto yaml = saved_yaml(applied(parsed(sample_yaml)));
    ASSERT_TRUE(yaml) << yaml.error().text();
    EXPECT_EQ(parsed(*yaml).pools.size(), 1U);
}

// As ipvsadm -C leaves them.
TEST(SavedYaml, KeepsFouInterfacesThatNoServiceUses)
{
    auto state = applied(parsed(R"(pools:
  p:
    encap: {type: fou-interface, port: 5555, port6: 5556}
    workers: [{name: a, address: 10.0.0.1, private: [10.255.0.1, "fd00::1"]}]
  q:
    encap: {type: fou-interface, port: 5555}
    workers: [{name: b, address: 10.0.0.2, private: [10.255.0.2]}]
services: [{vip: 192.0.2.1, port: 80, scheduler: rr, pool: q}]
)"));
    for (int i = 0; i < 2; ++i) {
        const auto yaml = saved_yaml(state);
        ASSERT_TRUE(yaml) << yaml.error().text();
        EXPECT_EQ(parsed(*yaml).pools.size(), 2U) << *yaml;
        state.services.clear();
    }
}

TEST(SavedYaml, RefusesWhatAFileCannotSay)
{
    auto state = applied(parsed(sample_yaml));
    state.services[0].destinations[0].encap.port = 5502;
    const auto yaml = saved_yaml(state);
    ASSERT_FALSE(yaml);
    const auto text = yaml.error().text();
    EXPECT_NE(text.find("tcp 192.0.2.1:80"), std::string::npos) << text;
    EXPECT_NE(text.find("by gue:5502, worker"), std::string::npos) << text;
}

TEST(SavedYaml, NamesTheAddressThatAFileCannotHave)
{
    auto loopback = applied(parsed(sample_yaml)), link_local = loopback;
    loopback.services[0].service.key.address = parse_address("127.0.0.1").value();
    EXPECT_EQ(saved_yaml(loopback).error().text(),
              "service tcp 127.0.0.1:80: save: a file cannot have 127.0.0.1: a loopback address "
              "reaches no director: remove it, or save with directorctl -S -n, which takes "
              "everything");
    link_local.services[0].destinations[0].address = parse_address("fe80::1").value();
    EXPECT_EQ(saved_yaml(link_local).error().text(),
              "service tcp 192.0.2.1:80: worker [fe80::1]:80: save: a file cannot have fe80::1: it "
              "is link-local, IPVS wants an address that needs no device: remove it, or save with "
              "directorctl -S -n, which takes everything");
}

TEST(Show, HasServicesAndWorkers)
{
    auto state = applied(parsed(sample_yaml));
    state.services[0].destinations[1].active = 12;
    const auto text = show_text(state);
    EXPECT_NE(text.find("tcp 192.0.2.1:80"), std::string::npos) << text;
    EXPECT_NE(text.find("mh (mh-port)"), std::string::npos) << text;
    const auto json = show_json(state);
    EXPECT_EQ(json["schema"], director_schema);
    EXPECT_EQ(json["services"][0]["workers"][1]["active"], 12);
    EXPECT_EQ(json["services"][0]["workers"][1]["forward"], "gue:5501");
    EXPECT_EQ(show_text(State{}), "no services\n");
}

} // namespace
} // namespace gueway
