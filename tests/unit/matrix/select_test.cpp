// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/events.h"
#include "matrix/known_bugs.h"
#include "matrix/select.h"
#include "matrix/struck.h"
#include "tests/assert_ok.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

using Triple = std::array<size_t, 6>; // three axes, their values

void add_triples(const Cell& cell, std::set<Triple>& found)
{
    const auto v = values(cell);
    for (size_t a = 0; a < axis_count; ++a)
        for (size_t b = a + 1; b < axis_count; ++b)
            for (size_t c = b + 1; c < axis_count; ++c)
                if (c >= core_axes) found.insert({a, b, c, v[a], v[b], v[c]});
}

// A number for a triple, to look at all cells in a second.
size_t number(size_t a, size_t b, size_t c, const Values& v)
{
    size_t n = 0;
    for (const size_t part : {a, b, c, size_t{v[a]}, size_t{v[b]}, size_t{v[c]}}) n = n * 16 + part;
    return n;
}

TEST(Selection, EveryTripleThatSomeCellHasIsCovered)
{
    std::set<Triple> covered;
    const auto selection = select({});
    ASSERT_OK(selection);
    for (const auto& cell : selection->cells)
        if (cell.event == Event::none) add_triples(cell, covered);
    std::vector<bool> possible(1U << 24U);
    enumerate(rules(), [&](const Cell& cell) {
        const auto v = values(cell);
        for (size_t a = 0; a < axis_count; ++a)
            for (size_t b = a + 1; b < axis_count; ++b)
                for (size_t c = std::max(b + 1, core_axes); c < axis_count; ++c)
                    possible[number(a, b, c, v)] = true;
    });
    EXPECT_EQ(static_cast<size_t>(std::ranges::count(possible, true)), covered.size());
    for (const auto& t : covered) {
        Values v{};
        for (size_t i = 0; i < 3; ++i) v[t[i]] = static_cast<uint8_t>(t[i + 3]);
        ASSERT_TRUE(possible[number(t[0], t[1], t[2], v)]);
    }
}

TEST(Selection, TheCoreIsThereInFull)
{
    const auto selection = select({});
    ASSERT_OK(selection);
    const std::set<Cell> chosen(selection->cells.begin(), selection->cells.end());
    EXPECT_EQ(chosen.size(), selection->cells.size());
    uint64_t core = 0;
    enumerate(rules(), [&](const Cell& cell) {
        if (cell != with_defaults(cell)) return;
        ++core;
        ASSERT_TRUE(chosen.contains(cell)) << name(cell);
    });
    EXPECT_EQ(selection->core, core);
    EXPECT_GT(selection->cells.size(), core);
}

TEST(Selection, IsTheSameForTheSameSeed)
{
    const auto one = select({.seed = 7}), again = select({.seed = 7}), other = select({.seed = 8});
    ASSERT_OK(one);
    EXPECT_EQ(one->cells, again->cells);
    EXPECT_NE(one->cells, other->cells);
}

TEST(Selection, ShardsArePartsOfTheWhole)
{
    for (const bool full : {false, true}) {
        const auto whole = select({.full = full});
        std::vector<Cell> parts;
        for (unsigned i = 1; i <= 3; ++i) {
            const auto part = select({.full = full, .shard = {i, 3}});
            ASSERT_OK(part);
            parts.insert(parts.end(), part->cells.begin(), part->cells.end());
        }
        EXPECT_EQ(parts, whole->cells);
    }
}

TEST(Selection, OneCellByName)
{
    const auto one = select({.named = {"gre/in4/out4/udp/small/whole"}});
    ASSERT_OK(one);
    ASSERT_EQ(one->cells.size(), 1U);
    EXPECT_EQ(one->text, "gre/in4/out4/udp/small/whole");
    const auto excluded = select({.named = {"gre/in4/out4/udp/many/whole"}});
    ASSERT_FALSE(excluded);
    EXPECT_NE(excluded.error().text().find("gso-sizes"), std::string::npos);
}

TEST(Selection, AKernelWithoutAModuleHasNoWire)
{
    const auto selection = select({.abilities = {.wire = false}});
    ASSERT_OK(selection);
    for (const auto& cell : selection->cells) ASSERT_NE(cell.underlay, Underlay::wire);
    EXPECT_GT(selection->excluded.excluded.at("no-module"), 0U);
    EXPECT_FALSE(select({.named = {name(Cell{})}, .abilities = {.wire = false}}));
}

TEST(Selection, UdpSegmentsComeFromAClientOnlyWhereItsVethTakesThem)
{
    const auto selection = select({.abilities = {.wire = false, .udp_gso = false}});
    ASSERT_OK(selection);
    bool from_director = false;
    for (const auto& cell : selection->cells) {
        if (cell.l4 != L4::udp_gso) continue;
        EXPECT_EQ(cell.origin, Origin::director) << name(cell);
        from_director = true;
    }
    EXPECT_TRUE(from_director);
    EXPECT_GT(selection->excluded.excluded.at("veth-cuts-udp"), 0U);
}

TEST(Selection, ListsOfTcpAreThereWhereGroMakesThem)
{
    const auto lists = [](const Abilities& abilities) {
        const auto selection = select({.abilities = abilities});
        EXPECT_TRUE(selection);
        return std::ranges::count_if(selection->cells, [](const Cell& cell) {
            return cell.l4 == L4::tcp_gso && cell.ingress == Ingress::gro_list;
        });
    };
    EXPECT_GT(lists({}), 0);
    EXPECT_EQ(lists({.tcp_lists = false}), 0);
}

TEST(Selection, SctpIsThereWhereTheKernelHasIt)
{
    const auto sctp = [](const Selection& selection) {
        return std::ranges::count(selection.cells, L4::sctp, &Cell::l4);
    };
    const auto all = select({}), without = select({.abilities = {.sctp = false}});
    ASSERT_OK(without);
    EXPECT_GT(sctp(*all), 0);
    EXPECT_EQ(sctp(*without), 0);
    EXPECT_FALSE(all->excluded.excluded.contains("no-sctp"));
    EXPECT_GT(without->excluded.excluded.at("no-sctp"), 0U);
    const auto named =
        select({.named = {"gre/in4/out4/sctp/fits/whole"}, .abilities = {.sctp = false}});
    ASSERT_FALSE(named);
    EXPECT_NE(named.error().text().find("no-sctp"), std::string::npos);
}

TEST(Selection, TagsGoThroughGroAndIpv6HeedsNoPmtuDisc)
{
    for (const char* cell : {"gue/in4/out4/tcp-gso/fits/whole/m1500/gro/vlan-accelerated",
                             "gue/in4/out4/tcp-gso/fits/whole/m1500/gro/vlan-inside",
                             "gue/in4/out4/udp-gso/fits/whole/m1500/gro-list/vlan-accelerated",
                             "gue/in6/out4/udp/more-1/whole/m1500/plain/vlan-none/df-unheeded"})
        EXPECT_TRUE(select({.named = {cell}})) << cell;
    const auto unheeded =
        *parse_cell("gue/in6/out4/udp/more-1/whole/m1500/plain/vlan-none/df-unheeded");
    EXPECT_EQ(expect(path(unheeded), shipment(unheeded)).fate, Fate::refused);
    EXPECT_FALSE(select({.named = {"gue/in6/out4/udp/more-1/whole/m1500/plain/vlan-none/no-df"}}));
}

std::vector<Abilities> all_abilities()
{
    std::vector<Abilities> all;
    for (const bool wire : {false, true})
        for (const bool udp_gso : {false, true})
            for (const bool tcp_lists : {false, true})
                all.push_back({.wire = wire, .udp_gso = udp_gso, .tcp_lists = tcp_lists});
    all.push_back({.sctp = false});
    return all;
}

// Lists are made of what comes over a wire.
bool cannot_strike(const KnownBug& bug, const Abilities& abilities)
{
    if (bug.id == "list-sum" && !abilities.udp_gso && !abilities.tcp_lists) return true;
    return !abilities.wire && (bug.id.starts_with("list-") || bug.id == "partial-sum");
}

TEST(Selection, EveryBugWithANameStrikesSomeCellOfIt)
{
    for (const auto& abilities : all_abilities()) {
        const auto selection = select({.abilities = abilities});
        ASSERT_OK(selection);
        for (const auto& bug : known_bugs())
            EXPECT_EQ(std::ranges::any_of(selection->cells, bug.strikes),
                      !cannot_strike(bug, abilities))
                << bug.id << ", wire " << abilities.wire << ", UDP GSO " << abilities.udp_gso
                << ", lists of TCP " << abilities.tcp_lists << ", SCTP " << abilities.sctp;
    }
}

// Not only what three axes happen to bring.
TEST(Struck, EveryBugHasACellByNameThatItTouches)
{
    const auto events = event_cells();
    for (const auto& bug : known_bugs()) {
        unsigned named = static_cast<unsigned>(std::ranges::count_if(events, bug.strikes));
        for (const auto& struck : struck_cells()) named += struck.bug == bug.id;
        EXPECT_GT(named, 0U) << bug.id;
    }
    for (const auto& struck : struck_cells()) {
        const auto cell = parse_cell(struck.cell);
        ASSERT_OK(cell);
        const auto* const bug = known_bug(struck.bug);
        ASSERT_NE(bug, nullptr) << struck.bug;
        EXPECT_TRUE(bug->strikes(*cell)) << struck.bug << ": " << struck.cell;
        EXPECT_EQ(excluding(rules(), *cell), nullptr) << struck.cell;
    }
}

TEST(Struck, AreInEverySelectionAndInOneShardOnly)
{
    std::vector<Cell> wanted = event_cells();
    for (const auto& struck : struck_cells()) wanted.push_back(*parse_cell(struck.cell));
    const auto full = select({.full = true});
    ASSERT_OK(full);
    std::vector<Cell> parts;
    for (unsigned i = 1; i <= 3; ++i) {
        const auto part = select({.shard = {i, 3}});
        ASSERT_OK(part);
        parts.insert(parts.end(), part->cells.begin(), part->cells.end());
    }
    for (const auto& cell : wanted) {
        EXPECT_EQ(std::ranges::count(parts, cell), 1) << name(cell);
        EXPECT_EQ(std::ranges::count(full->cells, cell), 1) << name(cell);
    }
}

// An option leaves out the same, and nobody has looked what the kernel has.
TEST(Abilities, ARuleSaysWhichOptionItMayBe)
{
    for (const auto& [rule, option] :
         std::map<std::string_view, std::string_view>{{"no-module", "--no-wire"},
                                                      {"veth-cuts-udp", "--no-udp-gso"},
                                                      {"gro-list-udp", "--no-tcp-lists"},
                                                      {"no-sctp", "--no-sctp"}}) {
        const auto all = rules_of_abilities();
        const auto at = std::ranges::find(all, rule, &Rule::name);
        ASSERT_NE(at, all.end()) << rule;
        EXPECT_TRUE(at->reason.contains(option)) << at->reason;
    }
}

TEST(Abilities, FollowFromTheRelease)
{
    for (const auto* old : {"5.10.0-32-cloud-amd64", "4.19.0", "5.4.249"})
        EXPECT_FALSE(veth_takes_udp_gso(old)) << old;
    for (const auto* good : {"5.11.0", "5.15", "6.1.0-56-cloud-amd64", "6.12.117+deb12-cloud-amd64",
                             "10.0-rc1", "mainline", ""})
        EXPECT_TRUE(veth_takes_udp_gso(good)) << good;
    for (const auto* old : {"5.10.0-32-cloud-amd64", "6.1.0-56-cloud-amd64", "6.9.12"})
        EXPECT_FALSE(gro_lists_tcp(old)) << old;
    for (const auto* good :
         {"6.10.0", "6.12.117+deb12-cloud-amd64", "7.2.13+deb14-cloud-amd64", ""})
        EXPECT_TRUE(gro_lists_tcp(good)) << good;
    for (const auto* old : {"5.10.0-32-cloud-amd64", "6.1.0-56-cloud-amd64"})
        EXPECT_FALSE(tells_udp_gso(old)) << old;
    for (const auto* good : {"6.2.0", "6.12.117+deb12-cloud-amd64", "7.2.13+deb14-cloud-amd64"})
        EXPECT_TRUE(tells_udp_gso(good)) << good;
    EXPECT_EQ(abilities_of_release("6.1.0-56-cloud-amd64", true),
              (Abilities{.wire = true, .udp_gso = true, .tcp_lists = false}));
    // Whether there is a module or not: its GRO does not forward UDP.
    for (const bool module : {false, true})
        EXPECT_EQ(abilities_of_release("5.10.0", module),
                  (Abilities{.wire = false, .udp_gso = false, .tcp_lists = false}));
}

TEST(Selection, EventsAreInItAndCounted)
{
    const auto selection = select({});
    ASSERT_OK(selection);
    EXPECT_EQ(selection->events, event_cells().size());
}

TEST(Selection, ShardsAreWrittenAsPartOfCount)
{
    const auto shard = parse_shard("2/8");
    ASSERT_OK(shard);
    EXPECT_EQ(shard->index, 2U);
    EXPECT_EQ(shard->count, 8U);
    for (const char* text : {"", "2", "0/8", "9/8", "1/2/3", "a/b", "-1/2"})
        EXPECT_FALSE(parse_shard(text)) << text;
}

TEST(Rules, EachExcludesSomethingThatNoOtherDoes)
{
    const auto all = rules();
    for (const auto& rule : all) {
        std::vector<Rule> others;
        for (const auto& other : all)
            if (other.name != rule.name) others.push_back(other);
        EXPECT_GT(enumerate(others).cells, enumerate(all).cells) << rule.name;
    }
}

// Else a rule would be asked before what it looks at is set.
TEST(Rules, LookAtTheAxesThatTheySay)
{
    const auto all = rules({.wire = false, .udp_gso = false, .tcp_lists = false, .sctp = false});
    std::vector<uint64_t> different(all.size());
    constexpr unsigned step = 31; // no axis' number of values divides it, nor it theirs
    unsigned at = 0;
    enumerate({}, [&](const Cell& cell) {
        if (++at % step != 0) return;
        for (size_t i = 0; i < all.size(); ++i) {
            auto only = values(cell);
            for (size_t axis = 0; axis < axis_count; ++axis)
                if (!((all[i].axes >> axis) & 1U)) only[axis] = 0;
            different[i] += all[i].excludes(cell) != all[i].excludes(cell_of(only));
        }
    });
    for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(different[i], 0U) << all[i].name;
}

TEST(Rules, WhatIsLeftOutAndWhatIsNotMakesAll)
{
    const auto found = enumerate(rules());
    const auto out =
        std::accumulate(found.excluded.begin(), found.excluded.end(), uint64_t{0},
                        [](uint64_t sum, const auto& rule) { return sum + rule.second; });
    EXPECT_EQ(out + found.cells, found.combinations);
    uint64_t cells = 0;
    const auto all = rules();
    enumerate({}, [&](const Cell& cell) { cells += excluding(all, cell) == nullptr; });
    EXPECT_EQ(cells, found.cells);
}

} // namespace
} // namespace gueway::matrix
