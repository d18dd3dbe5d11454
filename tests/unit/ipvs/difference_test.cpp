// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs/difference.h"

#include <gtest/gtest.h>

namespace gueway::ipvs {
namespace {

using Action = Step::Action;

Destination worker(const char* address, uint32_t weight = 1)
{
    return {.address = *parse_address(address), .port = 80, .weight = weight};
}

ServiceState state(const char* vip, std::vector<Destination> workers, const char* scheduler = "wlc")
{
    ServiceState made;
    made.service.key.address = *parse_address(vip);
    made.service.key.port = 80;
    made.service.scheduler = scheduler;
    made.destinations = std::move(workers);
    return made;
}

// "add 10.0.0.1:80" for workers, "edit tcp 198.51.100.1:80" for services.
std::vector<std::string> told(const Difference& difference)
{
    std::vector<std::string> lines;
    for (const auto& step : steps(difference))
        lines.push_back(step.operation() + ' ' +
                        (step.worker ? step.worker->text() : step.service->key.text()));
    return lines;
}
using Lines = std::vector<std::string>;

TEST(Difference, EqualStatesNeedNothingWhateverTheirOrder)
{
    const std::vector one = {state("198.51.100.1", {worker("10.0.0.1"), worker("10.0.0.2")}),
                             state("198.51.100.2", {})};
    const std::vector other = {state("198.51.100.2", {}),
                               state("198.51.100.1", {worker("10.0.0.2"), worker("10.0.0.1")})};
    EXPECT_TRUE(difference(one, other).empty());
    EXPECT_TRUE(steps(difference(one, other)).empty());
}

TEST(Difference, AddsFirstThenEditsThenRemovesAndServicesLast)
{
    const std::vector present = {
        state("198.51.100.9", {worker("10.0.0.9")}),
        state("198.51.100.1", {worker("10.0.0.1"), worker("10.0.0.2", 5)}, "rr")};
    const std::vector wanted = {state("198.51.100.1", {worker("10.0.0.2", 6), worker("10.0.0.3")}),
                                state("198.51.100.2", {worker("10.0.0.4")})};
    EXPECT_EQ(told(difference(wanted, present)),
              (Lines{"add 10.0.0.3:80", "add tcp 198.51.100.2:80", "add 10.0.0.4:80",
                     "edit tcp 198.51.100.1:80", "edit 10.0.0.2:80", "remove 10.0.0.1:80",
                     "remove tcp 198.51.100.9:80"}));
}

TEST(Difference, NewServicesAreFilledInTheKernelsOrderBeforeTheyGetTheirScheduler)
{
    const std::vector wanted = {
        state("198.51.100.1", {worker("10.0.0.1"), worker("10.0.0.2")}, "mh")};
    const auto found = difference(wanted, {});
    EXPECT_EQ(told(found), (Lines{"add tcp 198.51.100.1:80", "add 10.0.0.2:80", "add 10.0.0.1:80",
                                  "set its scheduler tcp 198.51.100.1:80"}));
    EXPECT_EQ(steps(found).front().action, Action::add_idle_service);
    EXPECT_EQ(steps(difference({state("198.51.100.1", {}, "mh")}, {})).front().action,
              Action::add_service)
        << "nothing to fill";
}

TEST(Difference, ALiveServiceIsNeverWithoutItsScheduler)
{
    const std::vector present = {state("198.51.100.1", {worker("10.0.0.1")}, "mh")};
    const std::vector wanted = {
        state("198.51.100.1", {worker("10.0.0.2"), worker("10.0.0.1")}, "mh")};
    EXPECT_EQ(told(difference(wanted, present)), (Lines{"add 10.0.0.2:80"}));
}

TEST(Difference, WithoutWeightsADrainIsShownApart)
{
    const std::vector present = {state("198.51.100.1", {worker("10.0.0.1", 0)})};
    auto wanted = std::vector{state("198.51.100.1", {worker("10.0.0.1", 100)})};
    auto found = difference(wanted, present, {.weights = false});
    EXPECT_TRUE(found.empty());
    ASSERT_EQ(found.services[0].drifted.size(), 1U);
    EXPECT_EQ(found.services[0].drifted[0].before.weight, 0U);

    wanted[0].destinations[0].forward = Forward::masquerade;
    found = difference(wanted, present, {.weights = false});
    ASSERT_EQ(found.services[0].set.size(), 1U);
    EXPECT_EQ(found.services[0].set[0].after.weight, 0U) << "other settings do not undrain it";
}

TEST(Difference, AnEditKeepsWhatSomebodySetSinceItWasPlanned)
{
    std::vector<WorkerEdit> edits(3);
    edits[0] = {worker("10.0.0.1", 10), worker("10.0.0.1", 10)};
    edits[0].after.encap = {EncapType::gue, 5501};
    edits[1] = {worker("10.0.0.2", 10), worker("10.0.0.2", 20)};
    edits[2] = {worker("10.0.0.3", 10), worker("10.0.0.3", 10)};
    auto now = std::vector{worker("10.0.0.2", 0), worker("10.0.0.1", 0)};
    now[1].upper_threshold = 7;
    rebase(edits, now);
    EXPECT_EQ(edits[0].after.weight, 0U);
    EXPECT_EQ(edits[0].after.upper_threshold, 7U);
    EXPECT_EQ(edits[0].after.encap.type, EncapType::gue);
    EXPECT_EQ(edits[1].after.weight, 20U) << "which the edit is for";
    EXPECT_EQ(edits[2].after.weight, 10U) << "the worker is gone";
}

TEST(Difference, ServicesOfOthersStayWhenTheyShall)
{
    const std::vector present = {state("198.51.100.9", {worker("10.0.0.9")})};
    EXPECT_TRUE(difference({}, present, {.remove_services = false}).empty());
}

} // namespace
} // namespace gueway::ipvs
