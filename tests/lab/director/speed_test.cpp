// SPDX-License-Identifier: GPL-2.0-only
// plan of a large table that is as the file says, beside `ipvsadm -Ln` of the same table.
#include "fixture.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

namespace gueway {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

class Speed : public DirectorTest {
protected:
    static std::string yaml(int workers)
    {
        std::string out = "pools:\n  web:\n    encap: {type: gue, port: 5501}\n    workers:\n";
        for (int i = 0; i < workers; ++i)
            out += fmt::format("      - {{name: w{}, address: 10.{}.{}.{}, weight: 100}}\n", i,
                               1 + i / 62500, i / 250 % 250, 1 + i % 250);
        return out + "services:\n  - {vip: 192.0.2.1, port: 80, scheduler: wlc, pool: web}\n";
    }
    double time(const Argv& argv) const
    {
        const auto begin = std::chrono::steady_clock::now();
        ok(argv);
        return Milliseconds(std::chrono::steady_clock::now() - begin).count();
    }
    // Of plan, from what --timing says: parsing the file is reported apart.
    struct Timing {
        double whole = 0, parsing = 0;
    };
    Timing plan(const std::string& path) const
    {
        const auto begin = std::chrono::steady_clock::now();
        const auto outcome = in({"directorctl", "plan", "--timing", path});
        Timing timing{.whole = Milliseconds(std::chrono::steady_clock::now() - begin).count()};
        EXPECT_EQ(outcome.output, "nothing to do\n");
        EXPECT_EQ(std::sscanf(outcome.errors.c_str(), "parsing %lf ms", &timing.parsing), 1)
            << outcome.errors;
        return timing;
    }
};

TEST_F(Speed, PlanOf5000WorkersTakesAtMostTwiceTheTimeOfIpvsadmList)
{
    const auto path = file(yaml(5000));
    ok({"directorctl", "apply", "--yes", path});
    double list = 1e9, planning = 1e9, parsing = 1e9;
    for (int i = 0; i < 7; ++i) { // alternating; the least of each is what the machine can do
        list = std::min(list, time({"ipvsadm", "-Ln"}));
        const auto timing = plan(path);
        planning = std::min(planning, timing.whole - timing.parsing);
        parsing = std::min(parsing, timing.parsing);
    }
    fmt::print("5,000 workers: ipvsadm -Ln {:.0f} ms, plan {:.0f} ms ({:.2f}x), and {:.0f} ms to "
               "parse the file\n",
               list, planning, planning / list, parsing);
    EXPECT_LE(planning, 2 * list);
}

} // namespace
} // namespace gueway
