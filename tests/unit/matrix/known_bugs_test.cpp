// SPDX-License-Identifier: GPL-2.0-only
// Of the table of bugs with a name.
#include "matrix/axes.h"
#include "matrix/known_bugs.h"
#include "matrix/look.h"
#include "matrix/rules.h"
#include "matrix/variants.h"

#include <set>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

// Else nothing of the bug would ever be seen.
TEST(KnownBugs, MakeADifference)
{
    unsigned number = 0, made = 0;
    enumerate(rules(), [&](const Cell& cell) {
        if (number++ % 1009 != 0) return; // of all axes' values, a part of the combinations
        const auto all = variants(cell);
        ASSERT_TRUE(all.front().bugs.empty());
        EXPECT_EQ(all.front().look, look(cell)) << name(cell);
        for (const auto& variant : all) {
            if (variant.bugs.size() != 1) continue;
            ++made;
            EXPECT_NE(variant.look, look(cell)) << name(cell) << ": " << variant.bugs.front();
        }
    });
    EXPECT_GT(made, 50U);
}

TEST(KnownBugs, HaveDifferentIdsAndSayWhatTheyAre)
{
    std::set<std::string_view> ids;
    for (const auto& bug : known_bugs()) {
        EXPECT_TRUE(ids.insert(bug.id).second) << bug.id;
        EXPECT_FALSE(bug.title.empty());
        EXPECT_EQ(bug.fix.empty(), bug.fixed_in.empty()) << bug.id;
        EXPECT_EQ(known_bug(bug.id), &bug);
    }
    EXPECT_EQ(known_bug("none"), nullptr);
}

} // namespace
} // namespace gueway::matrix
