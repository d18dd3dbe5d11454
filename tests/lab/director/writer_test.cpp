// SPDX-License-Identifier: GPL-2.0-only
// A second writer during plan and apply: what it owns stays as it leaves it, and where both fight
// over one object directorctl says so and gives up.
#include "cut.h"
#include "fixture.h"

#include <atomic>
#include <functional>
#include <thread>

namespace gueway {
namespace {

class SecondWriter : public DirectorTest {
protected:
    // Calls `step` with 0, 1, 2, ... in the namespace on another thread, until destruction.
    class Loop {
    public:
        Loop(const Namespace& where, std::function<void(int)> step)
            : thread_([this, &where, step = std::move(step)] {
                  const auto inside = where.enter();
                  for (int i = 0; inside && !stop_; ++i) step(i), ++steps_;
              })
        {}
        ~Loop()
        {
            stop_ = true;
            thread_.join();
        }
        Loop(const Loop&) = delete;
        Loop& operator=(const Loop&) = delete;
        int steps() const { return steps_; }

    private:
        std::atomic<bool> stop_{false};
        std::atomic<int> steps_{0};
        std::thread thread_;
    };

    static std::string yaml(const std::string& more = {})
    {
        return "pools:\n  web:\n    encap: {type: gue, port: 5501}\n    workers:\n"
               "      - {name: w1, address: 10.0.0.1, weight: 10}\n"
               "      - {name: w2, address: 10.0.0.2, weight: 10}\n" +
               more + "services:\n  - {vip: 192.0.2.1, port: 80, scheduler: wlc, pool: web}\n";
    }
    static Argv edit(const char* command, const std::string& worker, const std::string& weight)
    {
        return {"ipvsadm", command, "-t",         "192.0.2.1:80", "-r",         worker, "-i",
                "-w",      weight,  "--tun-type", "gue",          "--tun-port", "5501"};
    }
};

TEST_F(SecondWriter, KeepsItsWeightsAndServices)
{
    apply(yaml());
    std::atomic<int> last{0};
    {
        const Loop writer(where(), [&](int i) {
            std::ignore = run(edit("-e", "10.0.0.1", std::to_string(i % 50)));
            last = i % 50;
            std::ignore = run({"ipvsadm", i % 2 ? "-D" : "-A", "-t", "192.0.2.9:53"});
        });
        // A third worker comes and goes, and meanwhile the plan never has anything of the writer's.
        const std::string third = "      - {name: w3, address: 10.0.0.3, weight: 10}\n";
        for (int i = 0; i < 12; ++i) {
            const auto applied = directorctl("apply", yaml(i % 2 ? "" : third), {"--yes"});
            EXPECT_EQ(applied.status, 0) << applied.errors;
            EXPECT_EQ(applied.output.find("~ "), std::string::npos) << applied.output;
            EXPECT_EQ(applied.output.find("- service"), std::string::npos) << applied.output;
        }
        EXPECT_GT(writer.steps(), 12) << "the writer was not there";
    }
    EXPECT_NE(saved().find("10.0.0.1:80 -i -w " + std::to_string(last) + " "), std::string::npos)
        << "weight " << last << " was lost: " << saved();
    EXPECT_EQ(saved().find("10.0.0.3"), std::string::npos);
}

// The file owns w2, and so does the writer, who removes it before directorctl's every send.
TEST_F(SecondWriter, WhoIsAlwaysInTheWayMakesApplyGiveUp)
{
    apply(yaml());
    int steps = 0;
    const auto remove = [&] {
        ++steps;
        std::ignore = run({"ipvsadm", "-d", "-t", "192.0.2.1:80", "-r", "10.0.0.2"});
    };
    const auto errors = file("no errors yet");
    const auto outcome = where().in([&] {
        return run_cut(
            {"sh", "-c", "exec directorctl apply --yes " + file(yaml()) + " 2>" + errors}, {},
            {.meanwhile = remove, .edit = {}});
    });
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->status, 1);
    EXPECT_GT(steps, 10);
    const auto said = read_file(errors).value_or("");
    EXPECT_NE(said.find("another program kept changing"), std::string::npos) << said;
    EXPECT_NE(said.find("worker w2 (10.0.0.2:80)"), std::string::npos) << said;
    EXPECT_EQ(said.find("taken back"), std::string::npos)
        << "a rollback would undo the writer's changes: " << said;
    // Once the writer has stopped, the file counts.
    apply(yaml());
    EXPECT_NE(saved().find("10.0.0.2"), std::string::npos) << saved();
}

// A reading that another program changes half-way is never taken for the state.
TEST_F(SecondWriter, WhoIsNeverStillMakesPlanGiveUp)
{
    apply(yaml());
    int weight = 0;
    const auto drain = [&] { std::ignore = run(edit("-e", "10.0.0.1", std::to_string(++weight))); };
    const auto errors = file("no errors yet");
    const auto outcome = where().in([&] {
        return run_cut({"sh", "-c", "exec directorctl plan " + file(yaml()) + " 2>" + errors}, {},
                       {.meanwhile = drain, .edit = {}});
    });
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->status, 1);
    const auto said = read_file(errors).value_or("");
    EXPECT_NE(said.find("another program is writing it"), std::string::npos) << said;
}

} // namespace
} // namespace gueway
