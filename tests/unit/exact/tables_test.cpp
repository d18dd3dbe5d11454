// SPDX-License-Identifier: GPL-2.0-only
#include "exact/tables.h"
#include "tests/assert_ok.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway::exact {
namespace {

TEST(Ratios, AreARowForEachWayAndAColumnForEachSize)
{
    const Json one = {{"name", "ipip/MSS"}, {"median", 0.5}, {"least", 0.25}, {"most", 1.0}};
    auto other = one;
    other["name"] = "gre/64KiB/offload";
    const auto table =
        ratios_table({{"schema", "gueway.ratios/1"}, {"ratios", Json::array({one, other})}}, "it");
    ASSERT_OK(table);
    ASSERT_EQ(table->columns.size(), 3U);
    EXPECT_EQ(table->columns[2].title, "64KiB/offload");
    ASSERT_EQ(table->rows.size(), 2U);
    EXPECT_EQ(table->rows[0][1].text, "0.50 (0.25-1.00)");
    EXPECT_EQ(table->rows[0][2].text, "") << "IPIP has none of that size";
}

TEST(Ratios, OfAnotherSchemaAreRefused)
{
    EXPECT_NE(
        ratios_table({{"schema", "gueway.exact/1"}}, "it.json").error().text().find("it.json"),
        std::string::npos);
}

} // namespace
} // namespace gueway::exact
