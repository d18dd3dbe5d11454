// SPDX-License-Identifier: GPL-2.0-only
// droptrace as a user runs it.
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"
#include "util/text.h"
#include "watch.h"
#include "wire.h"

#include <algorithm>
#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

Deadline soon()
{
    return Deadline::after(120s);
}

// droptrace with a JSON file, from its start to the end that a signal makes.
struct Program {
    TempDir directory = TempDir::make().value();
    fs::path ready = directory.path() / "ready", json = directory.path() / "drops.json";
    Process process;

    explicit Program(const Argv& more = {}) : process(start(*this, more))
    {
        const auto waited =
            wait_until(soon(), "droptrace", "its ready file", [&] { return fs::exists(ready); });
        EXPECT_TRUE(waited) << waited.error().text();
    }
    static Process start(const Program& self, const Argv& more)
    {
        Argv argv = {"droptrace", "--json", self.json, "--ready-file", self.ready};
        argv.insert(argv.end(), more.begin(), more.end());
        return Process::start(argv, {}).value();
    }
    Json end()
    {
        process.signal(SIGINT);
        EXPECT_EQ(process.wait(soon()), 0);
        return read_json(json).value();
    }
};

TEST(Program, TellsDropsAsJson)
{
    const Wire wire;
    Program program;
    wire.send(10, 100);
    const auto report = program.end();
    EXPECT_EQ(report["schema"], "gueway.drops/1");
    EXPECT_GE(report["dropped"], 10);
    EXPECT_EQ(report["counts"]["lost"], 0);
    const auto& drops = report["drops"];
    EXPECT_TRUE(std::ranges::any_of(drops, [](const Json& group) {
        return !group["paths"].empty() && group["paths"][0]["destination"] == "192.0.2.2:9 UDP";
    })) << dump_json(report);
}

// Whether a descriptor of the process is a network namespace.
bool holds_namespace(const Process& process)
{
    std::error_code ignored;
    const auto descriptors = fmt::format("/proc/{}/fd", process.pid());
    return std::ranges::any_of(fs::directory_iterator(descriptors, ignored), [&](const auto& one) {
        // One that was opened by its name shows that.
        const auto target = fs::read_symlink(one.path(), ignored).string();
        return target.starts_with("net:[") || target.starts_with("/run/netns/");
    });
}

TEST(Program, LetsGoOfNamespacesThatAVerdictAsked)
{
    const Wire wire;
    for (const Argv& more : {Argv{}, Argv{"--follow", "udp and dst port 9"}}) {
        Program program(more);
        const auto holds = [&] { return holds_namespace(program.process); };
        // It is held for a second behind a drop, and who waits for the processor may miss that: the
        // drops go on until it is seen, without a gap, and slowly, since not all are looked at.
        auto next = Deadline::after(0ms);
        const auto asked = wait_until(soon(), "droptrace", "to ask the namespace", [&] {
            if (next.passed()) {
                wire.send(1, 100);
                next = Deadline::after(900ms);
            }
            return holds();
        });
        EXPECT_TRUE(asked) << asked.error().text();
        const auto gone =
            wait_until(soon(), "droptrace", "to let go of it", [&] { return !holds(); });
        EXPECT_TRUE(gone) << gone.error().text();
        program.process.signal(SIGINT);
        EXPECT_EQ(program.process.wait(soon()), 0);
    }
}

TEST(Session, WithoutPrivilegeSaysWhatItNeeds)
{
    constexpr uid_t nobody = 65534;
    ASSERT_EQ(::seteuid(nobody), 0);
    const Defer back([] { EXPECT_EQ(::seteuid(0), 0); });
    bool ready = false;
    const SessionOptions options{.ready = [&](const Collector&) -> Result<void> {
        ready = true;
        return {};
    }};
    const auto report = run_session(options, false);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, EPERM) << report.error().text();
    EXPECT_NE(report.error().remedy.find("root"), std::string::npos) << report.error().text();
    EXPECT_FALSE(ready);
}

TEST(Program, BadArgumentsAreOneLine)
{
    for (const Argv& arguments : {Argv{"--ring", "5000"},
                                  {"--ring", "much"},
                                  {"--duration", "0"},
                                  {"--count", "-1"},
                                  {"--no-such-option"}}) {
        Argv argv = {"droptrace"};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        const auto outcome = run(argv, {.deadline = soon()});
        ASSERT_TRUE(outcome) << outcome.error().text();
        EXPECT_NE(outcome->status, 0) << quoted(argv);
        EXPECT_EQ(std::ranges::count(outcome->errors, '\n'), 1) << outcome->errors;
        EXPECT_TRUE(outcome->output.empty());
    }
}

} // namespace
} // namespace gueway
