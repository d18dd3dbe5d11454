// SPDX-License-Identifier: GPL-2.0-only
#include "exact/markdown.h"
#include "exact/page.h"
#include "exact/repaired.h"
#include "exact/tables.h"
#include "tests/assert_ok.h"
#include "tests/unit/exact/example.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway::exact {
namespace {

Json ratio(const char* name)
{
    return {{"name", name}, {"median", 0.5}, {"least", 0.25}, {"most", 1.0}};
}

Json ratios()
{
    return {{"schema", "gueway.ratios/1"},
            {"to", "fou-interface"},
            {"rounds", 5U},
            {"ratios", Json::array({ratio("ipip/MSS"), ratio("gre/64KiB/offload")})}};
}

TEST(Ratios, AreARowForEachWayAndAColumnForEachSize)
{
    const auto parsed = parse_ratios(ratios(), "it");
    ASSERT_OK(parsed);
    const auto table = ratios_table(*parsed);
    ASSERT_EQ(table.columns.size(), 3U);
    EXPECT_EQ(table.columns[2].title, "64KiB/offload");
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_EQ(table.rows[0][1].text, "0.50 (0.25-1.00)");
    EXPECT_EQ(table.rows[0][2].text, "") << "IPIP has none of that size";
}

TEST(Ratios, AreBesideTheFiguresAndMarkedAsAdvisory)
{
    auto figures = example();
    figures.wall_time = parse_ratios(ratios(), "it").value();
    const auto again = parse(to_json(figures), "test");
    ASSERT_OK(again);
    ASSERT_TRUE(again->wall_time);
    EXPECT_EQ(again->wall_time->all.size(), 2U);
    EXPECT_EQ(again->wall_time->rounds, 5U);
    for (const auto& text : {page(*again, "it"), markdown(*again, "it")}) {
        EXPECT_NE(text.find("0.50 (0.25-1.00)"), std::string::npos);
        EXPECT_NE(text.find("Advisory"), std::string::npos);
    }
    EXPECT_EQ(page(example(), "it").find("Advisory"), std::string::npos);
}

TEST(Ratios, OfAnotherSchemaOrHalvedAreRefused)
{
    const auto wrong = parse_ratios({{"schema", "gueway.exact/1"}}, "it.json");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().text().find("it.json"), std::string::npos);
    auto halved = ratios();
    halved["ratios"][0].erase("most");
    EXPECT_FALSE(parse_ratios(halved, "it"));
    EXPECT_FALSE(parse_ratios(Json::array(), "it"));
}

Figure repaired(const std::string& name, double instructions, double device)
{
    return {"repaired/" + name, {{"instructions", instructions}, {"device", device}}, {}};
}

Figures with_repairs()
{
    return {.all = {repaired("patched/gre/64B/offload", 4000, 300),
                    repaired("patched/gre/64KiB/offload", 5000, 300),
                    repaired("patched/gre/64KiB/software", 90000, 80000),
                    repaired("hotfix/gre/64B/offload", 4029, 300),
                    repaired("hotfix/gre/64KiB/software", 89900, 79860),
                    {"repaired/mitigation/gre/64KiB/software", {}, "none arrived"}}};
}

TEST(Repaired, IsHeldAgainstThePatchedKernelWithAndWithoutTheDevice)
{
    const auto cost = repair_cost(with_repairs(), "hotfix", {"gre", "64KiB", true});
    ASSERT_TRUE(cost);
    EXPECT_EQ(cost->all, -100);
    EXPECT_EQ(cost->before_device, 40);
    EXPECT_FALSE(repair_cost(with_repairs(), "mitigation", {"gre", "64KiB", true})) << "it failed";
    EXPECT_FALSE(repair_cost(with_repairs(), "hotfix", {"gre", "64KiB", false})) << "not there";
}

TEST(Repaired, IsATableAndAChart)
{
    const auto table = repaired_table(with_repairs());
    ASSERT_EQ(table.rows.size(), 3U);
    EXPECT_EQ(table.rows[0][3].text, "+29");
    EXPECT_EQ(table.rows[2][1].text, "64KiB, in software");
    EXPECT_EQ(table.rows[2][3].text, "+40");
    EXPECT_EQ(table.rows[2][5].text, "-");
    const auto bars = repaired_bars(with_repairs());
    ASSERT_EQ(bars.size(), 1U) << "the mitigation has no figure";
    ASSERT_EQ(bars[0].bars.size(), 2U);
    EXPECT_EQ(bars[0].bars[1].name, "gre 64KiB");
    const auto html = page(with_repairs(), "it");
    EXPECT_NE(html.find("none arrived"), std::string::npos);
    EXPECT_NE(html.find("hotfix adds to a packet"), std::string::npos);
}

Figures some(std::initializer_list<const char*> names)
{
    Figures figures;
    for (const auto& figure : example().all)
        for (const std::string name : names)
            if (figure.name == "way/" + name) figures.all.push_back(figure);
    return figures;
}

TEST(Tables, HaveNoColumnOrRowThatIsEmpty)
{
    const auto software = some({"gue-csum/64KiB/software", "fou-interface/64B/software"});
    const auto columns = size_columns(software);
    ASSERT_EQ(columns.size(), 2U);
    EXPECT_EQ(column_title(columns[0]), "64B");
    EXPECT_EQ(column_title(columns[1]), "64KiB, in software");
    EXPECT_EQ(stages_table(software, columns[0]).rows.size(), 1U);
    EXPECT_EQ(repairs_table(example()).rows.size(), 1U) << "no mitigation";
}

TEST(Markdown, HasAllTablesAndSentences)
{
    const auto text = markdown(example(), "gsobench exact");
    for (const char* part :
         {"Made by `gsobench exact`", "| gue-csum | 390 |", "250 fewer (-39.1 %)",
          "- kernel: 6.1.0-56", "| workers, mh | 4000 |", "| hotfix | 29 |", "no module"})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    EXPECT_EQ(text.find("Wall time"), std::string::npos);
}

} // namespace
} // namespace gueway::exact
