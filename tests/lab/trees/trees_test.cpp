// SPDX-License-Identifier: GPL-2.0-only
// The semantic patch on the sources of the catalogue's kernels, as Debian has them. Runs on the
// host.
#include "lab/kernel.h"
#include "tests/assert_ok.h"
#include "tests/semantic_patch.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace gueway {
namespace {

const std::vector<std::string> functions = {"ip_vs_tunnel_xmit", "ip_vs_tunnel_xmit_v6"};
const std::string fix = "skb_set_inner_mac_header(skb, skb_inner_network_offset(skb));";
const std::string before_fix = "skb_set_inner_ipproto(skb, ";

bool says(const Patched& patched, const std::string& function)
{
    return std::ranges::find(patched.said, "already fixed in " + function) != patched.said.end();
}

// Whether `after` is `before` plus the fix, once in each of the functions.
Result<bool> adds_the_fix(const std::string& before, const std::string& after,
                          const std::vector<std::string>& where)
{
    const auto directory = TRY(TempDir::make());
    for (const auto* side : {"a", "b"}) TRY(make_directories(directory.path() / side));
    TRY(write_file(directory.path() / "a/xmit.c", before));
    TRY(write_file(directory.path() / "b/xmit.c", after));
    Argv argv = {"kernel/variants/prove.sh", "source", directory.path() / "a",
                 directory.path() / "b", fix};
    argv.insert(argv.end(), where.begin(), where.end());
    return TRY(run(argv)).status == 0;
}

using Verdicts = std::map<std::string, std::string>; // by function
const Verdicts both_apply = {{functions[0], "applies"}, {functions[1], "applies"}};
const Verdicts both_fixed = {{functions[0], "already fixed"}, {functions[1], "already fixed"}};

// "already fixed" is what the patch says and leaves alone; "applies" where it adds the fix and then
// finds it there; anything else is "neither".
Result<Verdicts> verdicts(const std::string& source)
{
    const auto patched = TRY(semantic_patch("patch", source));
    const auto again = TRY(semantic_patch("report", patched.source));
    std::vector<std::string> added;
    Verdicts all;
    for (const auto& function : functions) {
        all[function] = says(patched, function) ? "already fixed" : "neither";
        if (!says(patched, function) && says(again, function)) added.push_back(function);
    }
    const bool right =
        added.empty() ? patched.source == source : TRY(adds_the_fix(source, patched.source, added));
    for (const auto& function : added) all[function] = right ? "applies" : "neither";
    if (!right && added.empty()) return error("spatch", "patch", "changes what it calls fixed");
    return all;
}

class Tree : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override
    {
        if (!have_spatch()) GTEST_SKIP() << "spatch is not installed";
        const auto directory = find_ipvs_source(GetParam());
        ASSERT_OK(directory);
        const auto source = read_file(*directory / "ip_vs_xmit.c");
        ASSERT_OK(source);
        source_ = *source;
    }

    std::string unfixed() const
    {
        const auto reverted = semantic_patch("revert", source_);
        EXPECT_TRUE(reverted) << reverted.error().text();
        return reverted.value_or(Patched{}).source;
    }

    std::string source_;
};

TEST_P(Tree, IsFixedOrTakesThePatch)
{
    const auto found = verdicts(source_);
    ASSERT_OK(found);
    for (const auto& [function, verdict] : *found) {
        fmt::print("  {} {}: {}\n", GetParam(), function, verdict);
        EXPECT_TRUE(verdict == "applies" || verdict == "already fixed") << function;
    }
}

TEST_P(Tree, WithoutTheFixTakesThePatch)
{
    const auto without = unfixed();
    const auto found = verdicts(without);
    ASSERT_OK(found);
    EXPECT_EQ(*found, both_apply);
    const auto again = semantic_patch("patch", without);
    ASSERT_OK(again);
    const auto fixed = verdicts(again->source);
    ASSERT_OK(fixed);
    EXPECT_EQ(*fixed, both_fixed);
}

// A source in which neither holds: it sets no inner protocol, after which the fix belongs.
TEST_P(Tree, OfAnotherShapeIsNeither)
{
    auto other = unfixed();
    const auto at = other.find(before_fix);
    ASSERT_NE(at, other.npos);
    other.replace(at, before_fix.size(), "skb_set_inner_whatever(skb, ");
    const auto found = verdicts(other);
    ASSERT_OK(found);
    EXPECT_EQ(found->at(functions[0]), "neither");
    EXPECT_EQ(found->at(functions[1]), "applies");
}

INSTANTIATE_TEST_SUITE_P(Kernel, Tree, testing::Values("6.1", "5.10", "6.12", "newest"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::ranges::replace(name, '.', '_');
                             return name;
                         });

} // namespace
} // namespace gueway
