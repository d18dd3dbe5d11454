// SPDX-License-Identifier: GPL-2.0-only
#include "flow/report.h"
#include "util/json.h"

#include <algorithm>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace gueway::flow {
namespace {

constexpr int64_t deadline = 1000;

// The definition, word for word: the smallest value that at least the share q stays within.
int64_t brute_force(const std::vector<int64_t>& all, double q)
{
    int64_t best = std::numeric_limits<int64_t>::max();
    for (const int64_t candidate : all) {
        const auto within =
            std::count_if(all.begin(), all.end(), [&](int64_t v) { return v <= candidate; });
        if (static_cast<double>(within) >= q * static_cast<double>(all.size()))
            best = std::min(best, candidate);
    }
    return best;
}

TEST(Percentile, AgreesWithItsDefinition)
{
    std::mt19937 random(1);
    for (int round = 0; round < 200; round++) {
        Report report;
        report.options.deadline = deadline;
        const auto count = 1 + random() % 40;
        report.timed_out = random() % 10;
        for (unsigned i = 0; i < count; i++)
            report.latencies.push_back(static_cast<int64_t>(random() % deadline));
        auto all = report.latencies;
        all.insert(all.end(), report.timed_out, deadline);
        for (const double q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 1.0}) {
            const int64_t expected = brute_force(all, q);
            EXPECT_EQ(percentile(report, q), (Percentile{expected, expected == deadline}))
                << "q " << q << " of " << all.size();
        }
    }
}

TEST(Percentile, OfNothingIsNothing)
{
    Report report;
    report.failed = 3;
    EXPECT_EQ(percentile(report, 0.5), std::nullopt);
}

Report full_report(Protocol protocol)
{
    Report report;
    report.options.server = parse_endpoint("[2001:db8::101]:6443").value();
    report.options.protocol = protocol;
    report.options.bind = parse_address("2001:db8::5").value();
    report.options.request_size = 32768;
    report.options.response_size = 1 << 20;
    report.options.datagram = 1400;
    report.options.sending = {.gso = false, .mss = 1460};
    report.options.connections = 7;
    report.options.duration = 5 * ns_per_s;
    report.options.fresh = true;
    report.options.pause = 77;
    report.options.deadline = deadline;
    report.options.seed = ~0ULL;
    report.ok = 3;
    report.timed_out = 1;
    report.failed = 2;
    report.elapsed = 123456789;
    report.latencies = {30, 10, 20};
    report.begins = {0, 5, 40};
    report.request_timeline = {1, 2};
    report.response_timeline = {3, 4};
    if (protocol == Protocol::tcp)
        report.tcp = {1, 2, 3, 4, 5};
    else
        report.udp = {1, 2, 3, 4, 5, 6, 7};
    report.failures = {{FailureKind::closed, 1, "a"}, {FailureKind::request_hash_mismatch, 1, "b"}};
    return report;
}

TEST(ReportJson, ReadsBackEveryField)
{
    for (const Protocol protocol : {Protocol::tcp, Protocol::udp}) {
        const Report report = full_report(protocol);
        const Json json = to_json(report);
        const auto parsed = parse_json(dump_json(json), "text").value();
        const auto back = from_json(parsed, "text");
        ASSERT_TRUE(back) << back.error().text();
        EXPECT_EQ(to_json(*back), json);
        EXPECT_EQ(back->latencies, report.latencies);
        EXPECT_EQ(back->begins, report.begins);
        EXPECT_EQ(back->options.pause, report.options.pause);
        EXPECT_EQ(back->tcp, report.tcp);
        EXPECT_EQ(back->udp, report.udp);
        EXPECT_EQ(back->failures, report.failures);
        EXPECT_EQ(back->options.seed, report.options.seed);
        EXPECT_EQ(summary(*back), summary(report));
    }
}

TEST(ReportJson, NamesWhatIsMissingOrMistyped)
{
    const Json good = to_json(full_report(Protocol::tcp));
    Json json = good;
    json["tcp"].erase("snd_mss");
    EXPECT_EQ(from_json(json, "f").error().object, "f: report.tcp.snd_mss");
    json = good;
    json["latency"]["ok_ns"][1] = -5;
    EXPECT_EQ(from_json(json, "f").error().object, "f: report.latency.ok_ns");
    json = good;
    json["options"]["mss"] = 70000;
    EXPECT_EQ(from_json(json, "f").error().object, "f: report.options.mss");
    json = good;
    json["failures"][0]["kind"] = "bad luck";
    EXPECT_FALSE(from_json(json, "f"));
    json = good;
    json["schema"] = "gueway.flow/2";
    EXPECT_EQ(from_json(json, "f").error().detail, "its schema is \"gueway.flow/2\"");
    EXPECT_FALSE(from_json(Json::array(), "f"));
}

TEST(Summary, SaysThatCensoredPercentilesAreBounds)
{
    Report report = full_report(Protocol::tcp);
    EXPECT_NE(summary(report).find("p99 >= 1.0 us"), std::string::npos) << summary(report);
    EXPECT_NE(summary(report).find("request_hash_mismatch"), std::string::npos);
}

} // namespace
} // namespace gueway::flow
