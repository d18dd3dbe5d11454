// SPDX-License-Identifier: GPL-2.0-only
// Plans over made-up states: what is shown for each way in which a director can differ.
#include "sample.h"

#include <functional>
#include <ostream>

namespace gueway {
namespace {

const std::string v4 = "service tcp 192.0.2.1:80", v6 = "service tcp [2001:db8::1]:80";

// Before the plan, `change` makes the state differ from the file.
struct Row {
    std::string description; // letters only: part of the test's name
    std::function<void(State&)> change;
    PlanOptions options;
    std::string text;
    std::string yaml = sample_yaml;
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.description;
}

class DirectorPlanText : public testing::TestWithParam<Row> {};

TEST_P(DirectorPlanText, ShowsTheDifference)
{
    const auto config = parsed(GetParam().yaml);
    auto state = applied(config);
    GetParam().change(state);
    const auto plan = make_plan(config, state, GetParam().options);
    ASSERT_TRUE(plan) << plan.error().text();
    EXPECT_EQ(plan::text(plan->shown), GetParam().text);
}

std::string name(const testing::TestParamInfo<Row>& info)
{
    return info.param.description;
}

ipvs::ServiceState foreign_service()
{
    ipvs::ServiceState state;
    state.service.key.address = parse_address("192.0.2.9").value();
    state.service.key.port = 53;
    state.destinations.push_back({.address = parse_address("10.0.0.9").value(), .port = 53});
    return state;
}

const std::string fou_yaml = R"(pools:
  old:
    encap: {type: fou-interface, port: 5555}
    workers: [{name: w1, address: 10.0.0.1, private: [10.255.0.1]}]
services:
  - {vip: 192.0.2.1, port: 80, scheduler: rr, pool: old}
)";
const std::string without_services = "pools: {}\nservices: []\n";

INSTANTIATE_TEST_SUITE_P(
    Services, DirectorPlanText,
    testing::Values(
        Row{"Equal", [](State&) {}, {}, "nothing to do\n"},
        Row{"OrderOfWorkersIsNoDifference",
            [](State& state) {
                std::swap(state.services[0].destinations[0], state.services[0].destinations[1]);
            },
            {},
            "nothing to do\n"},
        Row{"NewService",
            [](State& state) { state.services.erase(state.services.begin()); },
            {},
            v4 + "\n  + service: scheduler mh, flags mh-port\n"
                 "  + worker w1 (10.0.0.1:80): forward gue:5501, weight 100\n"
                 "  + worker w2 (10.0.0.2:80): forward gue:5501, weight 100\n"
                 "3 to add, 0 to change, 0 to remove\n"},
        Row{"SchedulerAndModule",
            [](State& state) {
                state.services[0].service.scheduler = "rr";
                state.services[0].service.flags = 0;
                state.missing_modules = {"ip_vs_mh", "ip_vs_wlc"};
            },
            {},
            "modules\n  + ip_vs_mh\n" + v4 +
                "\n  ~ service: scheduler rr -> mh, flags (none) -> mh-port\n"
                "  ! the kernel takes the old scheduler away first: for some milliseconds new "
                "connections are refused\n"
                "1 to add, 1 to change, 0 to remove\n"},
        Row{"ModuleOfWhatIsThereIsBuiltIn",
            [](State& state) { state.missing_modules = {"ip_vs_mh"}; },
            {},
            "nothing to do\n"},
        Row{"Encapsulation",
            [](State& state) { state.services[1].destinations[1].encap = {}; },
            {},
            v6 + "\n  ~ worker w2 (10.0.0.2:80): forward ipip -> gue:5501\n"
                 "0 to add, 1 to change, 0 to remove\n"},
        Row{"WorkerGoneFromTheFile",
            [](State& state) {
                auto& workers = state.services[0].destinations;
                workers.push_back(workers[0]);
                workers.back().address = parse_address("10.0.0.3").value();
            },
            {},
            v4 + "\n  - worker 10.0.0.3:80: forward gue:5501, weight 100\n"
                 "0 to add, 0 to change, 1 to remove\n"},
        Row{"RuntimeWeightIsLeftAlone",
            [](State& state) { state.services[0].destinations[0].weight = 0; },
            {},
            v4 + "\n  ! worker w1 (10.0.0.1:80): runtime weight 0, the file says 100: left alone "
                 "(--weights sets it)\nnothing to do\n"},
        Row{"RuntimeWeightIsKeptByAnEdit",
            [](State& state) {
                state.services[0].destinations[0].weight = 0;
                state.services[0].destinations[0].upper_threshold = 7;
            },
            {},
            v4 + "\n  ~ worker w1 (10.0.0.1:80): upper threshold 7 -> (none)\n"
                 "  ! worker w1 (10.0.0.1:80): runtime weight 0, the file says 100: left alone "
                 "(--weights sets it)\n"
                 "0 to add, 1 to change, 0 to remove\n"},
        Row{"WeightsOnDemand",
            [](State& state) { state.services[0].destinations[0].weight = 0; },
            {.weights = true},
            v4 + "\n  ~ worker w1 (10.0.0.1:80): weight 0 -> 100\n"
                 "0 to add, 1 to change, 0 to remove\n"},
        Row{"ForeignServiceIsLeftAlone",
            [](State& state) { state.services.push_back(foreign_service()); },
            {},
            "not in the file\n  ! service tcp 192.0.2.9:53 with 1 workers: left alone (--prune "
            "removes it)\nnothing to do\n"},
        Row{"ForeignServiceIsPruned",
            [](State& state) { state.services.push_back(foreign_service()); },
            {.prune = true},
            "service tcp 192.0.2.9:53\n  - service: scheduler wlc\n"
            "0 to add, 0 to change, 1 to remove\n"}),
    name);

INSTANTIATE_TEST_SUITE_P(
    TheRest, DirectorPlanText,
    testing::Values(
        Row{"Sysctl",
            [](State& state) { state.sysctls[0] = "1"; },
            {},
            "sysctls\n  ~ net.ipv4.vs.conn_reuse_mode: value 1 -> 0\n"
            "0 to add, 1 to change, 0 to remove\n"},
        Row{"SysctlOfTwoNumbersHasATab",
            [](State& state) { state.sysctls[1] = "3\t50"; },
            {},
            "nothing to do\n"},
        Row{"NoVipDevice",
            [](State& state) { state.vip_device.reset(); },
            {},
            "VIPs on vip0\n  + dummy device vip0\n  + 192.0.2.1/32\n  + 2001:db8::1/128\n"
            "3 to add, 0 to change, 0 to remove\n"},
        Row{"VipDeviceDown",
            [](State& state) { state.vip_device->up = false; },
            {},
            "VIPs on vip0\n  ~ device vip0: state down -> up\n"
            "0 to add, 1 to change, 0 to remove\n"},
        Row{"AddressThatIsNoServicesIsLeftAlone", // a mark's, or another program's
            [](State& state) {
                state.vip_device->addresses.push_back(parse_prefix("192.0.2.9").value());
            },
            {.prune = true},
            "nothing to do\n"},
        Row{"VipOfAPrunedService",
            [](State& state) {
                state.vip_device->addresses.push_back(parse_prefix("192.0.2.9").value());
                state.services.push_back(foreign_service());
            },
            {.prune = true},
            "service tcp 192.0.2.9:53\n  - service: scheduler wlc\n"
            "VIPs on vip0\n  - 192.0.2.9/32\n0 to add, 0 to change, 2 to remove\n"},
        Row{"FouInterface",
            [](State& state) { state.fou_interfaces.clear(); },
            {},
            "FOU interfaces\n  + gwf4-0a000001 of worker w1: device ipip to 10.0.0.1, FOU port "
            "5555, private address 10.255.0.1\n1 to add, 0 to change, 0 to remove\n",
            fou_yaml},
        Row{"FouAddressOfAServiceThatStays",
            [](State& state) {
                state.services.push_back(foreign_service());
                state.services[1].destinations[0].address = parse_address("10.255.0.9").value();
                state.fou_interfaces[0].private_addresses = {parse_address("10.255.0.8").value(),
                                                             parse_address("10.255.0.9").value()};
            },
            {},
            "FOU interfaces\n  ~ gwf4-0a000001 of worker w1: private address 10.255.0.8 10.255.0.9 "
            "-> 10.255.0.1 10.255.0.9\n"
            "  ! gwf4-0a000001: a service that is not in the file uses 10.255.0.9: left alone\n"
            "not in the file\n  ! service tcp 192.0.2.9:53 with 1 workers: left alone (--prune "
            "removes it)\n0 to add, 1 to change, 0 to remove\n",
            fou_yaml},
        Row{"FouInterfaceOfAServiceThatStays",
            [](State& state) { state = applied(parsed(fou_yaml)); },
            {},
            "FOU interfaces\n  ! gwf4-0a000001: a service that is not in the file uses it: left "
            "alone\nnot in the file\n  ! service tcp 192.0.2.1:80 with 1 workers: left alone "
            "(--prune removes it)\nnothing to do\n",
            without_services}),
    name);

// The order in which things are done: what is added comes first, what is removed last.
TEST(DirectorPlan, RemovesTheFouInterfaceOfAPrunedService)
{
    const auto config = parsed(without_services);
    const auto plan = make_plan(config, applied(parsed(fou_yaml)), {.prune = true});
    ASSERT_TRUE(plan) << plan.error().text();
    ASSERT_EQ(plan->fou_interfaces.size(), 1U);
    EXPECT_EQ(plan->fou_interfaces[0].operation, plan::Operation::remove);
    EXPECT_EQ(plan->shown.steps.back().section, "FOU interfaces");
}

TEST(DirectorPlan, AddsAllWorkersBeforeItRemovesAny)
{
    const auto config = parsed(sample_yaml);
    auto state = applied(config);
    for (auto& worker : state.services[0].destinations) worker.address.bytes[2] = 9;
    const auto plan = make_plan(config, state);
    ASSERT_TRUE(plan) << plan.error().text();
    using Action = ipvs::Step::Action;
    std::vector<Action> order;
    for (const auto& step : ipvs::steps(plan->services)) order.push_back(step.action);
    EXPECT_EQ(order, (std::vector{Action::add_worker, Action::add_worker, Action::remove_worker,
                                  Action::remove_worker}));
}

} // namespace
} // namespace gueway
