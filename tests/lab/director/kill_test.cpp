// SPDX-License-Identifier: GPL-2.0-only
// apply, killed after each of its netlink sends and each message within: no service is ever without
// workers, and a second apply ends where an undisturbed one does.
#include "cut.h"
#include "fixture.h"

#include <iostream>
#include <ostream>
#include <set>

namespace gueway {
namespace {

// From what `before` makes (empty: nothing) to what `after` says.
struct Row {
    std::string description; // letters and digits only: part of the test's name
    std::string before, after;
    size_t step = 1; // which of the cuts: the first, and each so many behind it
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.description;
}

class Killed : public DirectorTest, public testing::WithParamInterface<Row> {
protected:
    Result<CutOutcome> apply_cut(const std::optional<Cut>& cut)
    {
        const auto path = file(GetParam().after);
        return where().in([&] {
            return run_cut(
                {"sh", "-c",
                 "exec directorctl apply --yes --prune --weights " + path + " >/dev/null"},
                cut);
        });
    }
    void start_over()
    {
        renew();
        if (GetParam().before.empty()) return;
        const auto made = directorctl("apply", GetParam().before, {"--yes"});
        ASSERT_EQ(made.status, 0) << made.errors;
    }
};

// Of what everything() says: addresses and ports of services that have at least one worker.
std::set<std::string> served(const std::string& state)
{
    std::set<std::string> services;
    for (const auto line : lines(state))
        if (line.starts_with("-a ")) services.emplace(words(line).at(2));
    return services;
}

// And workers behind FOU interfaces that no route leads to.
std::string unreachable(const std::string& state)
{
    std::string found;
    for (const auto line : lines(state)) {
        if (!line.starts_with("-a ") || line.find(" -g ") == std::string::npos) continue;
        const auto endpoint = words(line).at(4);
        const auto address = std::string(endpoint.substr(0, endpoint.find(':')));
        if (state.find(" " + address + " dev gwf4-") == std::string::npos) found += address + " ";
    }
    return found;
}

// Cuts may leave the same state, which needs its second apply once; and one that leaves the kernel
// as it was needs no new start.
TEST_P(Killed, SecondApplyEndsWhereAnUndisturbedOneDoes)
{
    std::ignore = run({"modprobe", "-q", "-a", "fou", "ipip"}); // a namespace stays as it is made
    start_over();
    const auto before = everything();
    const auto whole = apply_cut({});
    ASSERT_TRUE(whole) << whole.error().text();
    ASSERT_EQ(whole->status, 0);
    const auto wanted = everything();
    auto kept = served(before);
    std::erase_if(kept, [&](const auto& each) { return !served(wanted).contains(each); });
    const auto all = every_cut(whole->sends);
    ASSERT_GT(all.size(), 20U);
    std::vector<Cut> cuts;
    for (size_t i = 0; i < all.size(); i += GetParam().step) cuts.push_back(all[i]);
    std::set<std::string> states;
    bool as_before = false;
    for (const auto& where : cuts) {
        SCOPED_TRACE(text(where));
        if (!as_before) start_over();
        const auto cut = apply_cut(where);
        ASSERT_TRUE(cut) << cut.error().text();
        EXPECT_FALSE(cut->status) << "it was not killed";
        const auto state = everything();
        for (const auto& service : kept)
            EXPECT_TRUE(served(state).contains(service)) << service << " has no worker";
        EXPECT_EQ(unreachable(state), "") << state;
        as_before = state == before;
        if (states.insert(state).second) {
            const auto again =
                directorctl("apply", GetParam().after, {"--yes", "--prune", "--weights"});
            EXPECT_EQ(again.status, 0) << again.errors;
            EXPECT_EQ(everything(), wanted);
            as_before = false;
        }
        if (HasFailure()) return;
    }
    std::cout << whole->sends.size() << " sends, " << cuts.size() << " cuts, " << states.size()
              << " states\n";
    EXPECT_GT(states.size() * GetParam().step, 5U);
}

const std::string old_file = R"(director: {vip_device: lo}
pools:
  a:
    encap: {type: gue, port: 5501}
    workers: [{name: w1, address: 10.0.0.1, weight: 5}, {name: w2, address: 10.0.0.2}]
  c:
    encap: {type: fou-interface, port: 5555}
    workers:
      - {name: w1, address: 10.0.0.1, private: [10.255.0.1]}
      - {name: w2, address: 10.0.0.2, private: [10.255.0.2]}
services:
  - {vip: 192.0.2.1, port: 80, scheduler: mh, pool: a}
  - {vip: 192.0.2.2, port: 80, scheduler: wlc, pool: a}
  - {vip: 192.0.2.3, port: 80, scheduler: wlc, pool: c}
  - {vip: 192.0.2.4, port: 80, scheduler: wlc, pool: a}
)";

// Every worker of the first service is another, the second is edited, one goes with its VIP, one is
// new. Behind the FOU interface that stays is another private address.
std::string new_file(const std::string& vip_device)
{
    return "director: {vip_device: " + vip_device + R"(, sysctls: {conn_reuse_mode: 0}}
pools:
  a:
    encap: {type: gue, port: 5501}
    workers: [{name: w3, address: 10.0.0.3}, {name: w4, address: 10.0.0.4}]
  b:
    encap: {type: gre}
    workers: [{name: w1, address: 10.0.0.1}, {name: w5, address: 10.0.0.5}]
  c:
    encap: {type: fou-interface, port: 5556}
    workers: [{name: w1, address: 10.0.0.1, private: [10.255.0.11]}]
services:
  - {vip: 192.0.2.1, port: 80, scheduler: mh, pool: a}
  - {vip: 192.0.2.2, port: 80, scheduler: rr, pool: b}
  - {vip: 192.0.2.3, port: 80, scheduler: wlc, pool: c}
  - {vip: "2001:db8::1", port: 80, scheduler: mh, pool: b}
)";
}

std::string name(const testing::TestParamInfo<Row>& info)
{
    return info.param.description;
}

INSTANTIATE_TEST_SUITE_P(SomeSends, Killed,
                         testing::Values(Row{"Fresh", "", new_file("vips"), 3},
                                         Row{"Changed", old_file, new_file("lo"), 4}),
                         name);
// Names that begin with "Whole" are for `make check-all`.
INSTANTIATE_TEST_SUITE_P(WholeTalk, Killed,
                         testing::Values(Row{"Fresh", "", new_file("vips")},
                                         Row{"Changed", old_file, new_file("lo")}),
                         name);

} // namespace
} // namespace gueway
