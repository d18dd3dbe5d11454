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
        const auto one = isolate(result_, question_);
        EXPECT_TRUE(one) << one.error().text();
        return one ? *one : Isolation{};
    }
    MatrixResult result_;
    Question question_{{known_bug("inner-mac")}, {}, {"6.1:vulnerable", "6.1:patched"}};
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
    question_.kernels.with = "6.1";
    EXPECT_FALSE(isolate(result_, question_));
}

TEST_F(Isolate, OfAKernelThatWasStoppedNothingIsSaid)
{
    for (auto& kernel : result_.kernels) {
        kernel.stopped = "no rig";
        EXPECT_FALSE(isolate(result_, question_));
        kernel.stopped.clear();
    }
    EXPECT_TRUE(isolate(result_, question_));
}

TEST_F(Isolate, ACellThatOneKernelHasNotIsSeen)
{
    result_.kernels[0].cells.pop_back();
    EXPECT_EQ(found().one_sided.size(), 1U);
    EXPECT_FALSE(found().exact());
    result_.kernels[1].cells.erase(result_.kernels[1].cells.begin());
    EXPECT_EQ(found().one_sided.size(), 2U);
    result_.kernels[0].cells.clear();
    EXPECT_EQ(found().one_sided.size(), 1U);
}

TEST_F(Isolate, ADeathOnOneKernelAloneIsSeen)
{
    const auto cell = result_.kernels[0].cells[other_cell].cell;
    result_.kernels[1].deaths = {{.cell = cell, .why = "panic", .splats = {}}};
    EXPECT_EQ(found().untouched.size(), 1U);
    EXPECT_FALSE(found().exact());
    result_.kernels[0].deaths = result_.kernels[1].deaths;
    EXPECT_TRUE(found().exact());
}

// The bug is what explains a part of it.
TEST_F(Isolate, ATouchedCellThatFailsDoesNotOnlyLookSo)
{
    result_.kernels[0].cells[touched_cell].outcome = Outcome::failed;
    EXPECT_EQ(found().missed.size(), 1U);
    EXPECT_FALSE(found().exact());
}

TEST_F(Isolate, ATouchedCellThatFailsOnTheGoodKernelIsSeen)
{
    for (const auto outcome : {Outcome::failed, Outcome::lost}) {
        result_.kernels[1].cells[touched_cell].outcome = outcome;
        EXPECT_EQ(found().unwell.size(), 1U);
        EXPECT_FALSE(found().exact());
    }
}

TEST_F(Isolate, CellsThatFailInTwoWaysDiffer)
{
    for (auto& kernel : result_.kernels) {
        kernel.cells[other_cell].outcome = Outcome::failed;
        kernel.cells[other_cell].complaints = {"segment 2: source port is 20112, not 0x4e8f"};
    }
    result_.kernels[1].cells[other_cell].complaints = {"segment 3: source port is 7, not 0x1"};
    EXPECT_TRUE(found().exact());
    result_.kernels[1].cells[other_cell].complaints = {"segment 2 is missing"};
    EXPECT_EQ(found().untouched.size(), 1U);
    EXPECT_FALSE(found().exact());
}

TEST_F(Isolate, WhatIsSetAsideMayDiffer)
{
    const auto cell = parse_cell("gue/in6/out4/udp/more-1/whole/least-less-1");
    ASSERT_OK(cell);
    ASSERT_TRUE(known_bug("C4")->strikes(*cell));
    for (auto& kernel : result_.kernels) kernel.cells.push_back({.cell = *cell});
    strike(result_.kernels[1].cells.back(), "C4");
    EXPECT_EQ(found().untouched.size(), 1U);
    question_.aside = {known_bug("C4")};
    EXPECT_EQ(found().aside, 1U);
    EXPECT_TRUE(found().exact());
    strike(result_.kernels[1].cells.back(), "inner-mac");
    EXPECT_EQ(found().mistaken.size(), 1U) << "that it looks like a bug in question is asked";
    strike(result_.kernels[0].cells[other_cell], "C2");
    EXPECT_EQ(found().untouched.size(), 1U);
    question_.aside = {known_bug("inner-mac"), known_bug("C4")};
    EXPECT_EQ(found().touched, 1U) << "what is in question is not set aside";
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
