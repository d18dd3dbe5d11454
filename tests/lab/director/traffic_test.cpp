// SPDX-License-Identifier: GPL-2.0-only
// A client that sends throughout, while apply is killed and run again: requests to workers that no
// file changes are all answered.
#include "cut.h"
#include "topology/reference.h"
#include "topology/topology.h"
#include "util/file.h"
#include "util/json.h"

#include <memory>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

class Traffic : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override
    {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        std::ignore = run({"modprobe", "-q", "ip_vs"});
        if (!fs::exists("/proc/net/ip_vs")) GTEST_SKIP() << "this kernel has no IPVS";
        auto built = Topology::build(reference(options_));
        ASSERT_TRUE(built) << built.error().text();
        topology_ = std::make_unique<Topology>(std::move(*built));
        files_ = std::make_unique<TempDir>(TempDir::make().value());
        for (int i = 1; i <= options_.workers; ++i) start_server(worker_name(i));
    }

    void start_server(const std::string& host)
    {
        const auto listen = fmt::format("{}:{}", vip4, port);
        auto server = topology_->start(host, {"gwflow", "server", "--listen", listen});
        ASSERT_TRUE(server) << server.error().text();
        servers_.push_back(std::move(*server));
        const auto up =
            topology_->wait_for(host, {.address = parse_address(vip4).value(), .port = port});
        ASSERT_TRUE(up) << up.error().text();
    }

    // The reference's workers always; `more` is a worker that comes and goes, `other` a service.
    std::string yaml(const std::string& scheduler, const std::string& more = {},
                     const std::string& other = {}) const
    {
        std::string out =
            fmt::format("pools:\n  web:\n    encap: {{type: gue, port: {}}}\n    workers:\n",
                        options_.encap.port);
        for (int i = 1; i <= options_.workers; ++i)
            out += fmt::format("      - {{name: {}, address: {}}}\n", worker_name(i),
                               worker_address(options_, i));
        return out + more +
               fmt::format("services:\n  - {{vip: {}, port: {}, {}, pool: web}}\n", vip4, port,
                           scheduler) +
               other;
    }
    std::string file(const std::string& name, const std::string& content) const
    {
        EXPECT_TRUE(write_file(files_->path() / name, content));
        return files_->path() / name;
    }
    Argv apply(const std::string& path) const
    {
        return {"sh", "-c", "exec directorctl apply --yes --prune " + path + " >/dev/null"};
    }
    void apply_whole(const std::string& path) const
    {
        const auto applied = topology_->run("director", apply(path));
        ASSERT_TRUE(applied) << applied.error().text();
        EXPECT_EQ(applied->status, 0) << applied->errors;
    }

    static constexpr uint16_t port = 8000;
    const ReferenceOptions options_{.workers = 2};
    std::unique_ptr<Topology> topology_;
    std::unique_ptr<TempDir> files_;
    std::vector<Process> servers_;
};

TEST_P(Traffic, NoRequestToAnUnchangedWorkerIsLost)
{
    // Not the scheduler: while the kernel changes that, it refuses new connections.
    const auto scheduler = std::string("scheduler: ") + GetParam();
    const auto quiet = file("a.yaml", yaml(scheduler));
    const auto busy =
        file("b.yaml",
             yaml(scheduler + ", flags: [flag-1]",
                  "      - {name: w9, address: 172.70.99.9, weight: 0}\n",
                  fmt::format("  - {{vip: {}, port: 8001, scheduler: rr, pool: web}}\n", vip4)));
    apply_whole(quiet);
    const auto report = files_->path() / "report.json";
    auto client = topology_->start("client", {"gwflow", "client", fmt::format("{}:{}", vip4, port),
                                              "--fresh", "--connections", "4", "--duration", "10",
                                              "--deadline", "10", "--quiet", "--json", report});
    ASSERT_TRUE(client) << client.error().text();

    std::optional<int> status;
    size_t kills = 0;
    for (size_t send = 0; !(status = client->wait(Deadline::after(1ms))); send += 3) {
        const auto& path = kills % 2 ? quiet : busy;
        const auto cut = topology_->in("director", [&] {
            return run_cut(apply(path), Cut{.send = send % 40,
                                            .moment = static_cast<Cut::Moment>(kills % 3),
                                            .messages = 1});
        });
        ASSERT_TRUE(cut) << cut.error().text();
        apply_whole(path);
        ++kills;
    }
    EXPECT_EQ(*status, 0);
    EXPECT_GT(kills, 5U);
    const auto flows = read_json(report);
    ASSERT_TRUE(flows) << flows.error().text();
    const auto& requests = (*flows)["requests"];
    fmt::print("{} kills, requests {}\n", kills, dump_json_line(requests));
    EXPECT_EQ(requests["ok"], requests["attempted"]);
    EXPECT_GT(requests["ok"], 250);
}

INSTANTIATE_TEST_SUITE_P(Schedulers, Traffic, testing::Values("wlc", "mh"),
                         [](const auto& info) { return std::string(info.param); });

} // namespace
} // namespace gueway
