// SPDX-License-Identifier: GPL-2.0-only
#include "demo/compare.h"
#include "demo/from_flow.h"
#include "sample.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

// The quantile; one that is missing equals nothing asked for here.
DemoQuantile at(const DemoCell& cell, double q)
{
    return demo_quantile(cell, q).value_or(DemoQuantile{});
}

TEST(DemoModel, ThroughputIsDeliveredPayloadOverTime)
{
    DemoCell cell;
    EXPECT_FALSE(demo_throughput(cell));
    cell.bytes = 1'000'000;
    cell.duration = 2'000'000'000;
    EXPECT_EQ(demo_throughput(cell), 4e6);
}

TEST(DemoModel, QuantileCountsThoseWhoGaveUp)
{
    auto cell = sample_cell(4, DemoDirection::Request, {10, 20});
    EXPECT_EQ(at(cell, 1).ns, 20'000'000U);
    cell.timed_out = 3;
    EXPECT_EQ(at(cell, 0.4).ns, 20'000'000U);
    EXPECT_TRUE(at(cell, 0.5).censored);
    EXPECT_EQ(at(cell, 0.5).ns, cell.deadline);
    EXPECT_FALSE(demo_quantile({}, 0.5));
}

TEST(DemoModel, SurvivesJson)
{
    auto result = sample_incident();
    result.variants[1].cells[0].timed_out = 2;
    result.variants[1].cells[1].failure = "the guest said \"no\"";
    result.offsets.inner_mac_unfixed = 3;
    const auto json = demo_to_json(result);
    EXPECT_EQ(json.at("schema"), "gueway.demo/1");
    const auto text = dump_json(json);
    const auto back = demo_from_json(*parse_json(text, "test"), "test");
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(dump_json(demo_to_json(*back)), text);
    EXPECT_EQ(back->variants[1].cells[1].failure, "the guest said \"no\"");
    EXPECT_EQ(back->variants[0].cells[0].drops.at(0).symbol, "validate_xmit_skb+0x2b4");
    EXPECT_EQ(back->offsets.inner_mac_unfixed, 3U);
}

TEST(DemoModel, RefusesJsonOfAnotherKind)
{
    const auto refused = [](const char* pointer, Json value) {
        auto json = demo_to_json(sample_incident());
        json[Json::json_pointer(pointer)] = std::move(value);
        const auto result = demo_from_json(json, "out/demo.json");
        return result ? "taken" : result.error().text();
    };
    EXPECT_NE(refused("/schema", "gueway.flow/1").find("gueway.flow/1"), std::string::npos);
    EXPECT_NE(refused("/mss", -1).find("-1"), std::string::npos);
    EXPECT_NE(refused("/mss", 1UL << 40).find("range"), std::string::npos);
    EXPECT_NE(refused("/variants/0/cells/0/latencies_ns", Json{1.5}).find("1.5"),
              std::string::npos);
    EXPECT_NE(refused("/variants/0/cells/0/family", 5U).find("family 5"), std::string::npos);
    EXPECT_NE(refused("/variants/0/cells/0/direction", "up").find("\"up\""), std::string::npos);
    EXPECT_NE(refused("/variants", 3).find("not an array"), std::string::npos);
    EXPECT_NE(refused("/command", 3).find("out/demo.json"), std::string::npos);
    EXPECT_FALSE(demo_from_json(Json::object(), "x"));
    EXPECT_FALSE(demo_from_json(Json(3), "x"));
}

TEST(DemoModel, IgnoresMembersItDoesNotKnow)
{
    auto json = demo_to_json(sample_incident());
    json["later"] = 1;
    EXPECT_TRUE(demo_from_json(json, "x"));
}

TEST(DemoCompare, RatioOfALowerBoundIsALowerBound)
{
    auto before = sample_cell(4, DemoDirection::Request, {});
    before.timed_out = 1;
    const auto after = sample_cell(4, DemoDirection::Request, {50});
    EXPECT_EQ(demo_ratio_text(demo_latency_ratio({&before, &after}, 0.5)), "≥100×");
    EXPECT_EQ(demo_ratio_text(demo_latency_ratio({&after, &before}, 0.5)), "-");
    EXPECT_EQ(demo_ratio_text(demo_latency_ratio({&after, &after}, 0.5)), "1.00×");
}

TEST(DemoCompare, PairsOnlyWhatWasMeasuredOnBoth)
{
    auto result = sample_incident();
    EXPECT_EQ(demo_pairs(result).size(), 4U);
    result.variants[0].cells[0].failure = "no";
    result.variants[1].cells[1].latencies.clear();
    result.variants[1].cells.pop_back();
    ASSERT_EQ(demo_pairs(result).size(), 1U);
    EXPECT_EQ(demo_pairs(result)[0].before, &result.variants[0].cells[2]);
}

TEST(DemoCompare, PlacesAreSummedOverCellsMostFirst)
{
    auto variant = sample_variant("vulnerable", 4);
    variant.cells[0].drops = {{"a+0x1", 2, "X"}, {"b+0x2", 10, ""}};
    variant.cells[2].drops = {{"a+0x1", 9, "X"}, {"a+0x1", 1, "Y"}, {"c+0x3", 0, ""}};
    const auto places = demo_places(variant);
    ASSERT_EQ(places.size(), 3U);
    EXPECT_EQ(places[0].drop.symbol, "a+0x1");
    EXPECT_EQ(places[0].drop.packets, 11U);
    EXPECT_EQ(places[0].on_requests, 2U);
    EXPECT_EQ(places[1].drop.symbol, "b+0x2");
    EXPECT_EQ(places[2].drop.reason, "Y");
}

flow::Report sample_report()
{
    flow::Report report;
    report.options.server.address.family = AF_INET6;
    report.options.request_size = 1000;
    report.options.response_size = 10;
    report.options.deadline = 5 * flow::ns_per_s;
    report.ok = 2;
    report.timed_out = 1;
    report.elapsed = 7;
    report.latencies = {3, 4};
    report.request_timeline = {2000};
    report.response_timeline = {20};
    report.tcp.client_retransmits = 5;
    report.tcp.server_retransmits = 6;
    return report;
}

TEST(DemoFromFlow, TakesTheSideThatCarriesTheBytes)
{
    const auto request = demo_cell(sample_report(), DemoDirection::Request);
    EXPECT_EQ(request.family, 6);
    EXPECT_EQ(request.size, 1000U);
    EXPECT_EQ(request.bytes, 2000U);
    EXPECT_EQ(request.timeline, (std::vector<uint64_t>{2000}));
    EXPECT_EQ(request.latencies, (std::vector<uint64_t>{3, 4}));
    EXPECT_EQ(request.timed_out, 1U);
    EXPECT_EQ(request.deadline, 5'000'000'000U);
    EXPECT_EQ(request.duration, 7U);
    EXPECT_EQ(request.retransmits, 11U);
    EXPECT_EQ(request.failure, "");
    const auto response = demo_cell(sample_report(), DemoDirection::Response);
    EXPECT_EQ(response.size, 10U);
    EXPECT_EQ(response.bytes, 20U);
    EXPECT_EQ(response.timeline, (std::vector<uint64_t>{20}));
}

TEST(DemoFromFlow, SaysWhenRequestsFailed)
{
    auto report = sample_report();
    report.failed = 1;
    report.failures = {{flow::FailureKind::request_hash_mismatch, 1, "hash differs"}};
    EXPECT_EQ(demo_cell(report, DemoDirection::Request).failure,
              "1 of 4 requests failed: hash differs");
}

} // namespace
} // namespace gueway
