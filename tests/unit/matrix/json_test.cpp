// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/json.h"
#include "tests/assert_ok.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

CellResult failing()
{
    return {.cell = {},
            .outcome = Outcome::known,
            .complaints = {"segment 2 is missing", "\"quoted\" \xff"},
            .bugs = {"inner-mac"},
            .expected = {{"worker", "IPv4 1500", {0x45, 0x00, 0xfe, 0x00}, {{1, 2}}}},
            .seen = {{"worker", "IPv4 1499", {0x45, 0x00, 0xff}}},
            .accounts = {"d1 tx_dropped 1"}};
}

MatrixResult made_up()
{
    KernelResult kernel{.kernel = "6.1",
                        .ip_vs = "stock",
                        .release = "6.1.0-1",
                        .version = "#1",
                        .gsobench = "c0ffee",
                        .seconds = 1.5,
                        .excluded = {{"gso-sizes", 12}}};
    kernel.deaths = {
        {.cell = {}, .when = Death::When::after, .why = "panic", .splats = {"BUG: x"}}};
    kernel.stopped = "the rig could not be made";
    kernel.boot = {"WARNING: x"};
    kernel.cells = {{.cell = with_defaults({.l4 = L4::udp})}, failing()};
    return {.seed = 3, .selection = "default", .kernels = {kernel}};
}

TEST(Json, AMatrixGoesThereAndBack)
{
    const auto json = to_json(made_up());
    const auto back = matrix_from_json(json, "test");
    ASSERT_OK(back);
    EXPECT_EQ(dump_json(to_json(*back)), dump_json(json));
    const auto& kernel = back->kernels.at(0);
    EXPECT_EQ(kernel.excluded.at("gso-sizes"), 12U);
    EXPECT_EQ(kernel.gsobench, "c0ffee");
    ASSERT_EQ(kernel.deaths.size(), 1U);
    EXPECT_EQ(kernel.deaths[0].when, Death::When::after);
    EXPECT_EQ(kernel.deaths[0].why, "panic");
    EXPECT_EQ(kernel.deaths[0].splats, std::vector<std::string>{"BUG: x"});
    EXPECT_EQ(kernel.stopped, "the rig could not be made");
    EXPECT_EQ(kernel.boot, std::vector<std::string>{"WARNING: x"});
    EXPECT_EQ(kernel.cells.at(0).outcome, Outcome::passed);
    EXPECT_EQ(kernel.cells.at(1).seen.at(0).bytes, failing().seen.at(0).bytes);
    EXPECT_EQ(kernel.cells.at(1).expected.at(0).bytes, failing().expected.at(0).bytes);
    EXPECT_EQ(kernel.cells.at(1).expected.at(0).any, failing().expected.at(0).any);
    EXPECT_EQ(kernel.cells.at(1).bugs, failing().bugs);
}

TEST(Json, WhatIsNoMatrixIsAnError)
{
    const auto good = to_json(made_up());
    const auto refused = [&](const auto& change) {
        auto bad = good;
        change(bad);
        const auto read = matrix_from_json(bad, "FILE");
        return !read && read.error().text().starts_with("FILE: read as gueway.matrix/1: ");
    };
    EXPECT_TRUE(refused([](Json& j) { j = Json::array(); }));
    EXPECT_TRUE(refused([](Json& j) { j["schema"] = "other/1"; }));
    EXPECT_TRUE(refused([](Json& j) { j["seed"] = -1; }));
    EXPECT_TRUE(refused([](Json& j) { j["kernels"] = 1; }));
    EXPECT_TRUE(refused([](Json& j) { j["kernels"][0]["deaths"][0]["when"] = "before"; }));
    EXPECT_TRUE(refused([](Json& j) { j["kernels"][0]["cells"][0]["cell"] = "gue"; }));
    EXPECT_TRUE(refused([](Json& j) { j["kernels"][0]["cells"][0]["outcome"] = "fine"; }));
    EXPECT_TRUE(refused([](Json& j) { j["kernels"][0]["cells"][1]["seen"][0]["bytes"] = "?"; }));
    EXPECT_TRUE(refused([](Json& j) { j["kernels"][0]["cells"][1]["expected"][0]["any"] = {1}; }));
}

TEST(Lines, ACellThatPassedIsItsPlace)
{
    const std::vector<Cell> selection = {Cell{}, with_defaults({.l4 = L4::udp})};
    const auto text = to_line(1, {.cell = selection[1]});
    EXPECT_EQ(text, "{\"i\":1}");
    const auto line = parse_line(text, selection);
    ASSERT_OK(line);
    EXPECT_EQ(line->index, 1U);
    EXPECT_EQ(line->result.cell, selection[1]);
    EXPECT_EQ(line->result.outcome, Outcome::passed);
}

TEST(Lines, OneThatDidNotBringsWhatWasSeen)
{
    const std::vector<Cell> selection(9);
    const auto line = parse_line(to_line(8, failing()), selection);
    ASSERT_OK(line);
    EXPECT_EQ(line->index, 8U);
    EXPECT_EQ(line->result.outcome, Outcome::known);
    EXPECT_EQ(line->result.seen.at(0).bytes, failing().seen.at(0).bytes);
    EXPECT_EQ(line->result.accounts, failing().accounts);
}

TEST(Lines, AreNotLongerThanASerialPortTakes)
{
    auto result = failing();
    result.seen.assign(100, {"worker u0", "IPv4 1499", std::vector<uint8_t>(1500, 0x45)});
    const std::vector<Cell> selection(1);
    const auto line = parse_line(to_line(0, result), selection);
    ASSERT_OK(line);
    EXPECT_EQ(line->result.seen.size(), packets_in_line);
    EXPECT_EQ(line->result.seen.at(0).bytes.size(), bytes_in_line);
}

TEST(Lines, BringPacketsWhenTheyAreWanted)
{
    const std::vector<Cell> selection(2);
    const std::string octets("\x06\0\xff{\"", 5);
    const auto line = parse_line(to_line(1, {.cell = selection[1]}, octets), selection);
    ASSERT_OK(line);
    EXPECT_EQ(line->captured, octets);
    EXPECT_EQ(line->result.outcome, Outcome::passed);
    EXPECT_FALSE(parse_line(R"({"i":1,"captured":"?"})", selection));
}

TEST(Lines, OfTheKernelAndOfTheTime)
{
    const auto kernel = parse_line(kernel_line("6.1.0-1", "#1 SMP"), {});
    ASSERT_OK(kernel);
    EXPECT_EQ(kernel->release, "6.1.0-1");
    EXPECT_FALSE(kernel->index);
    const auto seconds = parse_line(seconds_line(2.25), {});
    ASSERT_OK(seconds);
    EXPECT_EQ(seconds->seconds, 2.25);
}

TEST(Lines, OthersAreErrors)
{
    const std::vector<Cell> selection(2);
    for (const char* text : {"", "bash: warning", "{}", "[]", "{\"i\":2}", "{\"i\":-1}",
                             "{\"i\":1,\"outcome\":7}", "{\"seconds\":\"1\"}"})
        EXPECT_FALSE(parse_line(text, selection)) << text;
}

} // namespace
} // namespace gueway::matrix
