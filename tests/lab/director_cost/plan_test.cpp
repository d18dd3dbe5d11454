// SPDX-License-Identifier: GPL-2.0-only
// plan of a large table that is as the file says, beside `ipvsadm -Ln` of the same table. In the
// exact lane, whose clock counts instructions (1 ns each): once each is enough, and what else the
// machine does is no part of it.
#include "tests/lab/director/fixture.h"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

namespace gueway {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

class PlanCost : public DirectorTest {
protected:
    static std::string yaml(int workers)
    {
        std::string out = "pools:\n  web:\n    encap: {type: gue, port: 5501}\n    workers:\n";
        for (int i = 0; i < workers; ++i)
            out += fmt::format("      - {{name: w{}, address: 10.{}.{}.{}, weight: 100}}\n", i,
                               1 + i / 62500, i / 250 % 250, 1 + i % 250);
        return out + "services:\n  - {vip: 192.0.2.1, port: 80, scheduler: wlc, pool: web}\n";
    }
    struct Timed {
        double ms = 0;
        Outcome outcome;
    };
    Timed time(const Argv& argv) const
    {
        const auto begin = std::chrono::steady_clock::now();
        auto outcome = in(argv);
        const Milliseconds took = std::chrono::steady_clock::now() - begin;
        EXPECT_EQ(outcome.status, 0) << quoted(argv) << ": " << outcome.errors;
        return {.ms = took.count(), .outcome = std::move(outcome)};
    }
};

TEST_F(PlanCost, Of5000WorkersIsAtMostTwiceThatOfIpvsadmList)
{
    const auto path = file(yaml(5000));
    ok({"directorctl", "apply", "--yes", path});
    const auto list = time({"ipvsadm", "-Ln"});
    const auto plan = time({"directorctl", "plan", "--timing", path});
    EXPECT_EQ(plan.outcome.output, "nothing to do\n");
    double parsing = 0; // of the file, which --timing tells apart
    ASSERT_EQ(std::sscanf(plan.outcome.errors.c_str(), "parsing %lf ms", &parsing), 1)
        << plan.outcome.errors;
    const double planning = plan.ms - parsing;
    fmt::print("5,000 workers: ipvsadm -Ln {:.1f} ms, plan {:.1f} ms ({:.2f}x), and {:.1f} ms to "
               "parse the file\n",
               list.ms, planning, planning / list.ms, parsing);
    EXPECT_LE(planning, 2 * list.ms);
}

} // namespace
} // namespace gueway
