// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/made_up.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

TEST(ReportMarkdown, CellsWithAnEventAreCountedByEveryOutcome)
{
    auto matrix = good();
    auto& cells = matrix.kernels[0].cells;
    const char* router = "gue/in4/out4/udp/more-1/whole/m1500/plain/vlan-none/df/remote/router";
    cells = {result(router, Outcome::failed), result(router, Outcome::lost),
             result(router, Outcome::lost), result(udp, Outcome::failed)};
    const auto tables = report_markdown(matrix, made_up_bugs, "");
    EXPECT_TRUE(holds(tables, "| cells | 3 |\n| passed | 0 |\n| known | 0 |\n| failed | 1 |\n"
                              "| lost | 2 |\n"))
        << tables;
}

} // namespace
} // namespace gueway::matrix
