// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/journal.h"
#include "matrix/ledger.h"
#include "tests/assert_ok.h"

#include <numeric>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

using Places = std::vector<size_t>;

TEST(Ranges, AreReadAsTheyAreWritten)
{
    for (const auto& places : {Places{}, Places{4}, Places{0, 1, 2}, Places{0, 2, 3, 9}}) {
        const auto back = parse_ranges(ranges_text(places), 10);
        ASSERT_OK(back);
        EXPECT_EQ(*back, places);
    }
    EXPECT_EQ(ranges_text({0, 1, 2, 7, 9, 10}), "0-2,7,9-10");
    for (const char* text : {"10", "3-2", "1,1", "2,1", "a", "1-", "1-2-3", "1,,2"})
        EXPECT_FALSE(parse_ranges(text, 10)) << text;
}

class Ledgers : public testing::Test {
protected:
    std::vector<Cell> selection_ = std::vector<Cell>(6);
    Ledger ledger_{selection_};
    void pass(const Places& places)
    {
        for (const size_t place : places) ledger_.take(place, {.cell = selection_[place]});
    }
};

TEST_F(Ledgers, WhatIsUndoneIsShared)
{
    pass({0, 3});
    EXPECT_EQ(ledger_.done(), 2U);
    EXPECT_EQ(ledger_.undone(), (Places{1, 2, 4, 5}));
    EXPECT_EQ(ledger_.shares(2), (std::vector<Places>{{1, 2}, {4, 5}}));
    EXPECT_EQ(ledger_.shares(9).size(), 4U);
    pass({1, 2, 4, 5});
    EXPECT_TRUE(ledger_.shares(2).empty());
}

// The first of a guest that says nothing can only have been killed by itself.
TEST_F(Ledgers, ACellIsLostWhenItKilledItsGuestFromTheStart)
{
    const Places share = {0, 1, 2, 3};
    pass({0, 1});
    EXPECT_FALSE(ledger_.died(share, "panic"));
    EXPECT_EQ(ledger_.count(Outcome::lost), 0U);
    const auto next = ledger_.undone(share);
    EXPECT_EQ(next, (Places{2, 3}));
    EXPECT_TRUE(ledger_.died(next, "panic"));
    EXPECT_EQ(ledger_.undone(share), (Places{3}));
    EXPECT_EQ(ledger_.results().back().complaints, std::vector<std::string>{"panic"});
}

TEST_F(Ledgers, WhatTheKernelLogSaysMakesAPassedCellFail)
{
    pass({2});
    ledger_.blame(2, "WARNING");
    ledger_.blame(3, "WARNING");
    EXPECT_EQ(ledger_.count(Outcome::failed), 1U);
    EXPECT_EQ(ledger_.done(), 1U);
}

TEST_F(Ledgers, GivingUpLosesTheRest)
{
    pass({0});
    ledger_.give_up({0, 1, 2}, "too many");
    EXPECT_EQ(ledger_.count(Outcome::lost), 2U);
    EXPECT_EQ(ledger_.count(Outcome::passed), 1U);
}

class Journals : public testing::Test {
protected:
    TempDir directory_ = *TempDir::make();
    Wanted wanted_{.named = {"gue/in4/out4/udp/fits/wire", "gue/in4/out4/tcp/fits/wire"}};
    Selection selection_ = *select(wanted_);
    Ledger ledger_{selection_.cells};
    Result<Journal> open(const std::string& image = "6.1.192")
    {
        return Journal::open(directory_.path(), "6.1", "stock", image, wanted_, selection_,
                             ledger_);
    }
};

TEST_F(Journals, ARunGoesOnWhereItWas)
{
    {
        auto journal = open();
        ASSERT_OK(journal);
        ASSERT_OK(journal->write(to_line(1, {.cell = selection_.cells[1]})));
        ASSERT_OK(journal->write("{\"seconds\":1}"));
        EXPECT_FALSE(open()) << "while another run writes it";
    }
    EXPECT_EQ(ledger_.done(), 0U);
    ASSERT_OK(open());
    EXPECT_EQ(ledger_.undone(), Places{0});
}

TEST_F(Journals, TheKernelIsKnownWithoutAGuest)
{
    {
        auto first = open();
        ASSERT_OK(first);
        EXPECT_EQ(first->release(), "");
        ASSERT_OK(first->write(kernel_line("6.1.0-56-cloud-amd64", "#1 SMP Debian 6.1.192-2")));
    }
    const auto again = open();
    ASSERT_OK(again);
    EXPECT_EQ(again->release(), "6.1.0-56-cloud-amd64");
    EXPECT_EQ(again->version(), "#1 SMP Debian 6.1.192-2");
}

TEST_F(Journals, ALineThatWasNotFinishedIsForgotten)
{
    const auto path = directory_.path() / "6.1-stock.jsonl";
    ASSERT_OK(open());
    const auto text = *read_file(path);
    ASSERT_OK(write_file(path, text + "{\"i\":0}\n{\"i\":1"));
    ASSERT_OK(open());
    EXPECT_EQ(ledger_.undone(), Places{1});
    EXPECT_EQ(*read_file(path), text + "{\"i\":0}\n");
}

// Of a gsobench that knows other cells.
TEST_F(Journals, OtherCellsAreRefusedThoughTheyAreAsMany)
{
    ASSERT_OK(open());
    selection_.cells[0] = *parse_cell("gue/in4/out4/sctp/fits/wire");
    const auto again = open();
    ASSERT_FALSE(again);
    EXPECT_TRUE(again.error().text().contains("another run")) << again.error().text();
}

TEST_F(Journals, DeathsAreNotForgotten)
{
    const Death death{.cell = selection_.cells[1],
                      .when = Death::When::after,
                      .why = "Kernel panic",
                      .splats = {"Kernel panic", "end"}};
    {
        auto journal = open();
        ASSERT_OK(journal);
        EXPECT_TRUE(journal->deaths().empty());
        ASSERT_OK(journal->write(death_line(death)));
        ASSERT_OK(journal->write(boot_line("WARNING: x")));
    }
    const auto again = open();
    ASSERT_OK(again);
    ASSERT_EQ(again->deaths().size(), 1U);
    EXPECT_EQ(text(again->deaths()[0]), text(death));
    EXPECT_EQ(again->deaths()[0].splats, death.splats);
    EXPECT_EQ(again->boot(), std::vector<std::string>{"WARNING: x"});
}

TEST_F(Journals, AnotherRunsIsRefused)
{
    ASSERT_OK(open());
    const auto again = open("6.1.193");
    ASSERT_FALSE(again);
    EXPECT_TRUE(again.error().text().contains("another run: image: ")) << again.error().text();
    EXPECT_TRUE(again.error().text().contains("6.1.193")) << again.error().text();
    EXPECT_FALSE(again.error().text().contains("schema")) << again.error().text();
}

// Of which rules would leave out other cells.
TEST_F(Journals, ARunOnAKernelThatHasLessIsAnother)
{
    ASSERT_OK(open());
    for (bool Abilities::* one :
         {&Abilities::wire, &Abilities::udp_gso, &Abilities::tcp_lists, &Abilities::sctp}) {
        wanted_.abilities = {};
        wanted_.abilities.*one = false;
        const auto again = open();
        ASSERT_FALSE(again);
        EXPECT_TRUE(again.error().text().contains("true there, false now")) << again.error().text();
    }
}

TEST_F(Journals, ShardsAndSeedsHaveFilesOfTheirOwn)
{
    {
        auto first = open();
        ASSERT_OK(first);
        ASSERT_OK(first->write(to_line(1, {.cell = selection_.cells[1]})));
    }
    wanted_.seed = 2;
    ASSERT_OK(open());
    EXPECT_EQ(ledger_.done(), 0U);
    wanted_.full = true;
    wanted_.shard = {.index = 2, .count = 3};
    ASSERT_OK(open());
    EXPECT_TRUE(fs::exists(directory_.path() / "6.1-stock-full-shard-2-of-3-seed-2.jsonl"));
}

TEST_F(Journals, ALineThatCannotBeReadIsNamed)
{
    const auto path = directory_.path() / "6.1-stock.jsonl";
    ASSERT_OK(open());
    ASSERT_OK(write_file(path, *read_file(path) + "{\"i\":0}\nrubbish\n"));
    const auto again = open();
    ASSERT_FALSE(again);
    EXPECT_TRUE(again.error().text().starts_with(path.string() + ":3: ")) << again.error().text();
}

} // namespace
} // namespace gueway::matrix
