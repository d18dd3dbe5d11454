// SPDX-License-Identifier: GPL-2.0-only
// A second writer during plan and apply: what it owns stays as it leaves it, and where both fight
// over one object directorctl says so and gives up.
#include "cut.h"
#include "fixture.h"

#include <atomic>
#include <cstring>
#include <functional>
#include <thread>

#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>

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

    static std::string yaml(const std::string& more = {}, int port = 5501)
    {
        return "pools:\n  web:\n    encap: {type: gue, port: " + std::to_string(port) +
               "}\n    workers:\n"
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
        for (int i = 0; i < 200 && (i < 12 || i % 2 || writer.steps() <= 12); ++i) {
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

// Whether a send has a message that changes a worker.
bool edits_a_worker(const std::vector<uint8_t>& bytes)
{
    nlmsghdr head;
    if (bytes.size() < NLMSG_HDRLEN + GENL_HDRLEN) return false;
    std::memcpy(&head, bytes.data(), sizeof head);
    return head.nlmsg_type > GENL_ID_CTRL && (head.nlmsg_flags & NLM_F_DUMP) == 0 &&
           bytes[NLMSG_HDRLEN] == IPVS_CMD_SET_DEST;
}

// The edit is for the tunnel's port, and the weight goes along with it. The last moment at which a
// drain is seen is before the send that is the last but one.
TEST_F(SecondWriter, DrainsAWorkerThatApplyIsAboutToEdit)
{
    const auto change = yaml({}, 5502);
    size_t sends = 0, edit = 0, drain_at = 0;
    const auto meanwhile = [&] {
        if (++sends != drain_at) return;
        const auto drained =
            run({"directorctl", "-e", "-t", "192.0.2.1:80", "-r", "10.0.0.1:80", "-w", "0"});
        EXPECT_TRUE(drained && drained->status == 0);
    };
    const auto watch = [&](const std::vector<uint8_t>& bytes) {
        if (edits_a_worker(bytes) && !edit) edit = sends;
    };
    const Beside beside{meanwhile, watch};
    const auto apply_beside = [&] {
        sends = 0;
        apply(yaml());
        const auto done =
            where().in([&] { return run_cut(command("apply", file(change)), {}, beside); });
        EXPECT_TRUE(done && done->status == 0);
    };
    apply_beside();
    ASSERT_GT(edit, 2U);
    EXPECT_NE(saved().find("10.0.0.1:80 -i -w 10 --tun-type gue --tun-port 5502"),
              std::string::npos);
    drain_at = edit - 1;
    apply_beside();
    EXPECT_NE(saved().find("10.0.0.1:80 -i -w 0 --tun-type gue --tun-port 5502"), std::string::npos)
        << saved();
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
    EXPECT_NE(said.find("what was changed so far stays"), std::string::npos) << said;
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
