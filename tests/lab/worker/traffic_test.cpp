// SPDX-License-Identifier: GPL-2.0-only
// Every encapsulation over both underlays to both VIPs: the worker is what `directorctl worker
// apply` makes it, and requests arrive whole, by payload hash.
#include "losses.h"
#include "network.h"
#include "util/text.h"

#include <ostream>

#include <fmt/format.h>

namespace gueway {
namespace {

constexpr uint16_t gue_port = 5501, fou_port4 = 5555;
constexpr unsigned timestamps = 12; // RFC 7323, padded

struct Row {
    std::string description; // letters only: part of the test's name
    Path path;
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.description;
}

class Traffic : public WorkerTest, public testing::WithParamInterface<Row> {
protected:
    void SetUp() override
    {
        build(GetParam().path);
        if (IsSkipped() || HasFatalFailure()) return;
        ASSERT_OK(write_file(file(), config_yaml(config_for(GetParam().path))));
    }

    // Status 0, or the test's failure with what it said.
    void expect_done(const std::string& host, const Argv& arguments) const
    {
        const auto outcome = directorctl(topology(), host, arguments);
        ASSERT_OK(outcome);
        ASSERT_EQ(outcome->status, 0) << quoted(arguments) << ":\n"
                                      << outcome->output << outcome->errors;
    }

    void expect_transfer(int family, uint64_t request, unsigned mss) const
    {
        const auto before = losses(topology());
        ASSERT_OK(before);
        const auto report = transfer(topology(), family, request);
        ASSERT_OK(report);
        const auto after = losses(topology());
        ASSERT_OK(after);
        EXPECT_TRUE(report->clean())
            << "IPv" << (family == AF_INET6 ? 6 : 4) << ", " << request << " bytes:\n"
            << flow::summary(*report);
        EXPECT_EQ(report->tcp.snd_mss, mss - timestamps);
        // What the path cannot carry whole TCP would carry in pieces, by sending it again.
        EXPECT_GT(after->size(), 0U);
        for (const auto& [name, count] : *after)
            EXPECT_EQ(count, before->at(name)) << name << ":\n" << flow::summary(*report);
    }
};

TEST_P(Traffic, ArrivesWholeAfterApplyAlone)
{
    const auto& path = GetParam().path;
    ASSERT_NO_FATAL_FAILURE(expect_done("w1", {"worker", "apply", file(), "--yes"}));
    ASSERT_NO_FATAL_FAILURE(expect_done("director", {"apply", file(), "--yes"}));
    for (const Argv& again : {Argv{"worker", "plan"}, Argv{"plan"}}) {
        const std::string host = again.size() == 2 ? "w1" : "director";
        auto arguments = again;
        arguments.insert(arguments.end(), {file(), "--detailed-exitcode"});
        expect_done(host, arguments); // 0: nothing is left to do
    }
    const auto server = start_server(topology());
    ASSERT_OK(server);
    const unsigned room = inner_mtu(path.encap, path.underlay, path.mtu);
    for (const int family : {AF_INET, AF_INET6})
        for (const uint64_t request : {32UL << 10, 1UL << 20})
            expect_transfer(family, request, tcp_mss(family, std::min(room, 1500U)));
}

std::vector<Row> rows()
{
    std::vector<Row> all;
    const std::vector<std::pair<std::string, Encap>> encaps = {
        {"Ipip", {EncapType::ipip}},
        {"Gue", {EncapType::gue, gue_port}},
        {"GueChecksum", {EncapType::gue, gue_port, EncapChecksum::full}},
        {"GueRemote", {EncapType::gue, gue_port, EncapChecksum::remote}},
        {"Gre", {EncapType::gre}},
        {"GreChecksum", {EncapType::gre, 0, EncapChecksum::full}},
        {"FouInterface", {EncapType::fou_interface, fou_port4}},
        {"FouInterfaceChecksum", {EncapType::fou_interface, fou_port4, EncapChecksum::full}},
    };
    for (const auto& [name, encap] : encaps)
        for (const int underlay : {AF_INET, AF_INET6})
            all.push_back({name + (underlay == AF_INET6 ? "V6" : ""), {encap, underlay}});
    return all;
}

INSTANTIATE_TEST_SUITE_P(Encap, Traffic, testing::ValuesIn(rows()),
                         [](const auto& info) { return info.param.description; });

} // namespace
} // namespace gueway
