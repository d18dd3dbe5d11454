// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/made_up.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

std::vector<std::string> rows(const MatrixResult& result, Detail detail)
{
    std::vector<std::string> found;
    for (const auto& shape : shapes(result, detail)) {
        found.push_back(shape.tunnel + " " + shape.underlay + " " + shape.l4);
        for (const auto& counts : shape.counts) found.back() += " " + std::to_string(counts.all());
    }
    return found;
}
using Rows = std::vector<std::string>;

TEST(Shapes, WhereAllIsWellTheyAreToldTogether)
{
    for (const auto detail : {Detail::each, Detail::brief})
        EXPECT_EQ(rows(good(), detail), (Rows{"ipip all all 1", "gue all all 3"}));
}

TEST(Shapes, WhatIsNotWellIsToldApart)
{
    EXPECT_EQ(rows(made_up(), Detail::each),
              (Rows{"ipip all all 1 1", "gue whole tcp-gso 1 1", "gue wire tcp-gso 1 1",
                    "gue all the rest 1 1"}));
    EXPECT_EQ(rows(made_up(), Detail::brief),
              (Rows{"ipip all all 1 1", "gue all tcp-gso 2 2", "gue all the rest 1 1"}));
}

TEST(Shapes, WhatIsWellOnSomeUnderlaysIsNotToldAsIfItWereNot)
{
    auto matrix = made_up();
    matrix.kernels[1].cells[1] = result(tcp, Outcome::passed);
    EXPECT_EQ(rows(matrix, Detail::brief),
              (Rows{"ipip all all 1 1", "gue wire tcp-gso 1 1", "gue all the rest 2 2"}));
}

} // namespace
} // namespace gueway::matrix
