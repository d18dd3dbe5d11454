// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/isolate.h"
#include "matrix/report.h"
#include "report/markdown.h"
#include "tests/assert_ok.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

constexpr size_t touched_cell = 0, other_cell = 1;

KernelResult kernel(const std::string& ip_vs)
{
    KernelResult made{.kernel = "6.1", .ip_vs = ip_vs};
    for (const auto* text :
         {"gue/in4/out4/tcp-gso/fits/software", "gue/in4/out4/udp/fits/software"})
        made.cells.push_back({.cell = *parse_cell(text)});
    return made;
}

class Isolate : public testing::Test {
protected:
    Isolate()
    {
        result_.kernels = {kernel("vulnerable"), kernel("patched")};
        strike(result_.kernels[0].cells[touched_cell], "inner-mac");
    }
    static void strike(CellResult& cell, const std::string& bug)
    {
        cell.outcome = Outcome::known;
        cell.bugs = {bug};
    }
    Isolation found() const
    {
        const auto one =
            isolate(result_, {known_bug("inner-mac")}, {"6.1:vulnerable", "6.1:patched"});
        return one ? *one : Isolation{};
    }
    MatrixResult result_;
};

TEST_F(Isolate, ExactlyTheTouchedCellDiffers)
{
    EXPECT_TRUE(found().exact());
    EXPECT_EQ(found().compared, 2U);
    EXPECT_EQ(found().touched, 1U);
}

TEST_F(Isolate, ACellThatNobodyNamedIsSeen)
{
    strike(result_.kernels[0].cells[other_cell], "C2");
    EXPECT_EQ(found().untouched.size(), 1U);
    EXPECT_FALSE(found().exact());
}

TEST_F(Isolate, ACellThatShouldDifferAndDoesNotIsSeen)
{
    result_.kernels[0].cells[touched_cell] = result_.kernels[1].cells[touched_cell];
    EXPECT_EQ(found().same.size(), 1U);
    EXPECT_EQ(found().missed.size(), 1U);
    EXPECT_FALSE(found().exact());
}

TEST_F(Isolate, TheBugOnTheGoodKernelIsSeen)
{
    strike(result_.kernels[1].cells[touched_cell], "inner-mac");
    EXPECT_EQ(found().mistaken.size(), 1U);
    EXPECT_FALSE(found().exact());
}

TEST_F(Isolate, AnUnknownKernelIsAnError)
{
    EXPECT_FALSE(isolate(result_, {known_bug("inner-mac")}, {"6.1", "6.1:patched"}));
}

TEST_F(Isolate, TablesReplaceWhatIsBetweenTheMarks)
{
    const auto tables = report_markdown(result_, known_bugs(), "gsobench matrix");
    EXPECT_TRUE(tables.contains("| inner-mac |")) << tables;
    const auto document = "# Kept\n" + std::string(markdown_begin) + "\nold\n" +
                          std::string(markdown_end) + "\nkept too\n";
    const auto made = between_marks(document, tables);
    ASSERT_OK(made);
    EXPECT_TRUE(made->starts_with("# Kept\n"));
    EXPECT_TRUE(made->ends_with("kept too\n"));
    EXPECT_TRUE(made->contains(tables));
    EXPECT_FALSE(made->contains("\nold\n"));
    EXPECT_EQ(*between_marks(*made, tables), *made);
    EXPECT_FALSE(between_marks("no marks", tables));
}

} // namespace
} // namespace gueway::matrix
