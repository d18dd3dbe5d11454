// SPDX-License-Identifier: GPL-2.0-only
// apply, killed before, after and within each of its netlink sends: no service is ever without
// workers, and a second apply ends where an undisturbed one does.
#include "cut.h"
#include "fixture.h"

#include <ostream>
#include <set>

namespace gueway {
namespace {

// From what `before` makes (empty: nothing) to what `after` says. The cuts are dealt out to `hands`
// tests, so that none takes too long.
struct Row {
    std::string description; // letters and digits only: part of the test's name
    std::string before, after;
    size_t hand = 0, hands = 1;
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.description;
}

class Killed : public DirectorTest, public testing::WithParamInterface<Row> {
protected:
    Result<CutOutcome> apply_cut(const std::optional<Cut>& cut)
    {
        const auto argv = command("apply", file(GetParam().after), {"--yes", "--prune"});
        return where().in([&] { return run_cut(argv, cut); });
    }
    void start_over()
    {
        renew();
        if (GetParam().before.empty()) return;
        const auto made = directorctl("apply", GetParam().before, {"--yes"});
        ASSERT_EQ(made.status, 0) << made.errors;
    }
    // Addresses and ports of services that have at least one worker.
    std::set<std::string> served() const
    {
        std::set<std::string> services;
        const auto rules = saved();
        for (const auto line : lines(rules))
            if (line.starts_with("-a")) services.emplace(words(line).at(2));
        return services;
    }
};

std::string text(const Cut& cut)
{
    constexpr const char* moments[] = {"before", "within", "after"};
    return std::string(moments[static_cast<int>(cut.moment)]) + " send " +
           std::to_string(cut.send) + ", " + std::to_string(cut.messages) + " messages";
}

TEST_P(Killed, SecondApplyEndsWhereAnUndisturbedOneDoes)
{
    start_over();
    const auto whole = apply_cut({});
    ASSERT_TRUE(whole) << whole.error().text();
    ASSERT_EQ(whole->status, 0);
    const auto wanted = everything();
    const auto cuts = every_cut(whole->messages);
    ASSERT_GT(cuts.size(), 20U);
    RecordProperty("cuts", static_cast<int>(cuts.size()));
    for (size_t i = GetParam().hand; i < cuts.size(); i += GetParam().hands) {
        SCOPED_TRACE(text(cuts[i]));
        start_over();
        const auto kept = served();
        const auto cut = apply_cut(cuts[i]);
        ASSERT_TRUE(cut) << cut.error().text();
        EXPECT_FALSE(cut->status) << "it was not killed";
        for (const auto& service : kept)
            EXPECT_TRUE(served().contains(service)) << service << " has no worker";
        const auto again = directorctl("apply", GetParam().after, {"--yes", "--prune"});
        EXPECT_EQ(again.status, 0) << again.errors;
        EXPECT_EQ(everything(), wanted);
        if (HasFailure()) return;
    }
}

const std::string old_file = R"(director: {vip_device: vips}
pools:
  a:
    encap: {type: gue, port: 5501}
    workers: [{name: w1, address: 10.0.0.1}, {name: w2, address: 10.0.0.2}]
services:
  - {vip: 192.0.2.1, port: 80, scheduler: mh, pool: a}
  - {vip: 192.0.2.2, port: 80, scheduler: wlc, pool: a}
)";

// Every worker of the first service is another, the second is edited, a third is new.
const std::string new_file = R"(director: {vip_device: vips, sysctls: {conn_reuse_mode: 0}}
pools:
  a:
    encap: {type: gue, port: 5501}
    workers: [{name: w3, address: 10.0.0.3}, {name: w4, address: 10.0.0.4}]
  b:
    encap: {type: gre}
    workers: [{name: w1, address: 10.0.0.1}, {name: w5, address: 10.0.0.5}]
services:
  - {vip: 192.0.2.1, port: 80, scheduler: mh, pool: a}
  - {vip: 192.0.2.2, port: 80, scheduler: rr, pool: b}
  - {vip: "2001:db8::1", port: 80, scheduler: mh, pool: b}
)";

std::vector<Row> rows()
{
    std::vector<Row> made;
    const auto deal = [&](const std::string& name, const std::string& before, size_t hands) {
        for (size_t i = 0; i < hands; ++i)
            made.push_back({name + std::to_string(i), before, new_file, i, hands});
    };
    deal("Fresh", "", 4);
    deal("Changed", old_file, 8);
    return made;
}

std::string name(const testing::TestParamInfo<Row>& info)
{
    return info.param.description;
}

INSTANTIATE_TEST_SUITE_P(EachSend, Killed, testing::ValuesIn(rows()), name);

} // namespace
} // namespace gueway
