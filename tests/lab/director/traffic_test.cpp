// SPDX-License-Identifier: GPL-2.0-only
// Clients that send throughout, while apply is killed and run again: requests to workers that no
// file changes are all answered.
#include "cut.h"
#include "topology/reference.h"
#include "topology/topology.h"
#include "util/deadline.h"
#include "util/file.h"
#include "util/json.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <tuple>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

// Neither changes the scheduler: while the kernel does that, it refuses new connections.
struct Row {
    std::string description; // letters and digits only: part of the test's name
    Encap encap;
    int underlay = AF_INET;
    const char* vip = vip4;
    std::string quiet, busy; // a scheduler, and the same with other flags
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.description;
}

// Of a client.
struct Requests {
    uint64_t attempted = 0, ok = 0, timed_out = 0, connections = 0;
};

class Traffic : public testing::TestWithParam<Row> {
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
        const auto whole = file("workers.yaml", yaml({1, 2, 3}));
        for (int i = 1; i <= options_.workers; ++i) {
            expect_ok(worker_name(i), "directorctl worker apply --yes " + whole);
            start_server(worker_name(i));
        }
    }

    void start_server(const std::string& host)
    {
        auto server = topology_->start(host, {"gwflow", "server", "--listen", vip_and_port()});
        ASSERT_TRUE(server) << server.error().text();
        servers_.push_back(std::move(*server));
        const auto up = topology_->wait_for(
            host, {.address = parse_address(GetParam().vip).value(), .port = port});
        ASSERT_TRUE(up) << up.error().text();
    }

    static std::string vip_and_port()
    {
        return fmt::format(fmt::runtime(GetParam().vip == vip6 ? "[{}]:{}" : "{}:{}"),
                           GetParam().vip, port);
    }

    // What a worker of that number is in the file. The reference has three; beyond those nobody
    // listens, so that they get the weight 0.
    std::string worker_line(int number) const
    {
        const bool fou = GetParam().encap.type == EncapType::fou_interface;
        return fmt::format("      - {{name: {}, address: \"{}\", weight: {}{}}}\n",
                           worker_name(number), worker_address(options_, number),
                           number <= options_.workers ? 1 : 0,
                           fou ? fmt::format(", private: [10.255.0.{}]", number) : "");
    }
    std::string yaml(const std::vector<int>& workers, bool busy = false) const
    {
        const auto& [description, encap, underlay, vip, quiet_words, busy_words] = GetParam();
        auto out = fmt::format("director: {{underlay: {{device: d1, mtu: {}}}}}\n"
                               "worker: {{return_routes: [{}/32, \"{}/128\"]}}\n"
                               "pools:\n  web:\n    encap: {{type: {}, port: {}}}\n    workers:\n",
                               options_.mtu, client4, client6, name(encap.type), encap.port);
        for (const int each : workers) out += worker_line(each);
        const auto service = [&](uint16_t at, const std::string& scheduler) {
            out +=
                fmt::format("  - {{vip: \"{}\", port: {}, {}, pool: web}}\n", vip, at, scheduler);
        };
        out += "services:\n";
        service(port, "scheduler: " + (busy ? busy_words : quiet_words));
        if (busy) service(port + 1, "scheduler: rr");
        return out;
    }
    std::string file(const std::string& name, const std::string& content) const
    {
        EXPECT_TRUE(write_file(files_->path() / name, content));
        return files_->path() / name;
    }

    void expect_ok(const std::string& host, const std::string& command) const
    {
        const auto done = topology_->run(host, {"sh", "-c", command});
        ASSERT_TRUE(done) << done.error().text();
        EXPECT_EQ(done->status, 0) << command << ": " << done->output << done->errors;
    }
    static std::string apply_words(const std::string& path)
    {
        return "directorctl apply --yes --prune " + path + " >/dev/null";
    }
    void apply(const std::string& path) const { expect_ok("director", apply_words(path)); }
    CutOutcome apply_cut(const std::string& path, const std::optional<Cut>& cut) const
    {
        const auto outcome = topology_->in(
            "director", [&] { return run_cut({"sh", "-c", "exec " + apply_words(path)}, cut); });
        EXPECT_TRUE(outcome) << outcome.error().text();
        return outcome.value_or(CutOutcome{.status = -1, .sends = {}});
    }

    std::string report(int client) const
    {
        return files_->path() / fmt::format("report{}.json", client);
    }
    // Sends until it is told to end. The deadline is a request's: long, so that what is late on a
    // machine that is busy elsewhere is not taken for lost.
    Process start_client(int number, const Argv& how = {},
                         std::chrono::seconds deadline = patience) const
    {
        Argv argv = {
            "gwflow", "client", vip_and_port(), "--quiet",    "--duration",
            "3600",   "--json", report(number), "--deadline", std::to_string(deadline.count())};
        argv.insert(argv.end(), how.begin(), how.end());
        return topology_->start("client", argv).value();
    }
    Requests end(Process& client, int number) const
    {
        client.signal(SIGTERM);
        EXPECT_TRUE(client.wait(Deadline::after(2 * patience))) << "it does not end";
        return requests_of(number);
    }
    Requests requests_of(int client) const
    {
        const auto flows = read_json(report(client));
        EXPECT_TRUE(flows) << flows.error().text();
        if (!flows) return {};
        const auto& requests = (*flows)["requests"];
        return {requests["attempted"], requests["ok"], requests["timed_out"],
                (*flows)["tcp"]["connections"]};
    }

    // So many packets come to each of these workers that every connection of a client meets the
    // state that the director is in; of one that loses a worker's, none come.
    void expect_traffic(std::initializer_list<int> workers) const
    {
        constexpr uint64_t packets = 30;
        const auto came = [this](int worker) -> Result<uint64_t> {
            return TRY(topology_->counters(worker_name(worker), "u0")).rx_packets;
        };
        std::map<int, uint64_t> before;
        for (const int worker : workers) before[worker] = came(worker).value();
        const auto went_on = wait_until(Deadline::after(2 * patience), "the workers", "packets",
                                        [&]() -> Result<bool> {
                                            for (const auto& [worker, from] : before)
                                                if (TRY(came(worker)) - from < packets)
                                                    return false;
                                            return true;
                                        });
        ASSERT_TRUE(went_on) << went_on.error().text();
    }

    static constexpr uint16_t port = 8000;
    static constexpr std::chrono::seconds patience = 60s;
    const ReferenceOptions options_{.workers = 3,
                                    .underlay = GetParam().underlay,
                                    .encap = GetParam().encap,
                                    .terminate = false,
                                    .clamp_mss = false};
    std::unique_ptr<Topology> topology_;
    std::unique_ptr<TempDir> files_;
    std::vector<Process> servers_;
};

// Every cut of the way from the quiet file to the busy one, and of the way back.
TEST_P(Traffic, NoRequestToAnUnchangedWorkerIsLost)
{
    const std::array paths = {file("busy.yaml", yaml({1, 2, 3, 9}, true)),
                              file("quiet.yaml", yaml({1, 2, 3}))};
    apply(paths[1]);
    std::array<std::vector<Cut>, 2> cuts;
    for (size_t way = 0; way < 2; ++way) cuts[way] = every_cut(apply_cut(paths[way], {}).sends);

    auto client = start_client(0, {"--fresh", "--connections", "4"});
    ASSERT_NO_FATAL_FAILURE(expect_traffic({1, 2, 3}));
    for (size_t i = 0; i < std::max(cuts[0].size(), cuts[1].size()); ++i)
        for (size_t way = 0; way < 2; ++way) {
            const auto& cut = cuts[way][i % cuts[way].size()];
            EXPECT_FALSE(apply_cut(paths[way], cut).status) << text(cut);
            ASSERT_NO_FATAL_FAILURE(expect_traffic({1, 2, 3}));
            apply(paths[way]);
        }
    const auto all = end(client, 0);
    fmt::print("{} and {} cuts, {} requests\n", cuts[0].size(), cuts[1].size(), all.attempted);
    EXPECT_GT(cuts[0].size(), 5U);
    EXPECT_EQ(all.ok, all.attempted);
    EXPECT_GT(all.ok, 0U);
}

class Removal : public Traffic {
protected:
    // Which worker IPVS sends each of the client's connections to: by the client's endpoint.
    std::map<std::string, std::string> connections() const
    {
        const auto listed = topology_->run_ok("director", {"ipvsadm", "-Lnc"}).value();
        std::map<std::string, std::string> found;
        for (const auto line : lines(listed))
            if (const auto parts = words(line); parts.size() == 6 && parts[0] == "TCP")
                found.emplace(parts[3], parts[5]);
        return found;
    }

    // Those that were not there before.
    std::map<std::string, std::string>
    connections_since(const std::map<std::string, std::string>& before) const
    {
        auto now = connections();
        std::erase_if(now, [&](const auto& each) { return before.contains(each.first); });
        return now;
    }

    // A client that keeps its one connection, and its worker.
    struct Client {
        Process process;
        int number;
        std::string worker;
    };
    Client start_client_and_see(int number, std::chrono::seconds deadline) const
    {
        const auto before = connections();
        auto process = start_client(number, {}, deadline);
        std::string worker;
        const auto seen =
            wait_until(Deadline::after(patience), "the client", "its connection", [&] {
                for (const auto& [_, to] : connections_since(before)) worker = to;
                return !worker.empty();
            });
        EXPECT_TRUE(seen) << seen.error().text();
        return {std::move(process), number, worker};
    }
    Requests end(Client& client) const { return Traffic::end(client.process, client.number); }

    // As ipvsadm writes the worker of that number.
    std::string destination(int number) const
    {
        if (GetParam().encap.type == EncapType::fou_interface)
            return fmt::format("10.255.0.{}:{}", number, port);
        return fmt::format(fmt::runtime(GetParam().underlay == AF_INET6 ? "[{}]:{}" : "{}:{}"),
                           worker_address(options_, number), port);
    }
};

// The third worker goes, by an apply that is killed after one send, then two, until one comes
// to its end. IPVS drops what is still sent to it: of each of its connections one request is lost,
// the one under way, and the client makes another connection. Nobody else notices anything.
TEST_P(Removal, OnlyConnectionsToTheRemovedWorkerBreak)
{
    // For its deadline the test waits. Should a busy machine make it pass without our doing, that
    // is one more connection.
    apply(file("third.yaml", yaml({3})));
    auto go = start_client_and_see(0, 10s);
    EXPECT_EQ(go.worker, destination(3));
    apply(file("quiet.yaml", yaml({1, 2, 3})));
    std::map<std::string, Client> stay; // by worker
    for (int i = 1; stay.size() < 2; ++i) {
        ASSERT_LT(i, 10) << "rr takes each in turn";
        auto client = start_client_and_see(i, patience);
        if (client.worker == destination(3))
            std::ignore = end(client);
        else
            stay.emplace(client.worker, std::move(client));
    }
    const auto before = connections();
    const auto fewer = file("fewer.yaml", yaml({1, 2, 9}, true));
    size_t kills = 0;
    for (; !apply_cut(fewer, Cut{.send = kills, .moment = Cut::Moment::after}).status; ++kills) {
        ASSERT_LT(kills, 100U);
        ASSERT_NO_FATAL_FAILURE(expect_traffic({1, 2}));
    }
    const auto again =
        wait_until(Deadline::after(2 * patience), "the third worker's client", "another connection",
                   [&] { return !connections_since(before).empty(); });
    EXPECT_TRUE(again) << again.error().text();
    ASSERT_NO_FATAL_FAILURE(expect_traffic({1, 2}));

    uint64_t answered = 0;
    for (auto& [worker, client] : stay) {
        const auto requests = end(client);
        EXPECT_GT(requests.ok, 0U) << worker;
        EXPECT_EQ(requests.ok, requests.attempted) << worker;
        EXPECT_EQ(requests.connections, 1U) << worker;
        answered += requests.ok;
    }
    const auto gone = end(go);
    EXPECT_GE(gone.timed_out, 1U);
    EXPECT_EQ(gone.ok + gone.timed_out, gone.attempted);
    EXPECT_GE(gone.connections, 2U);
    EXPECT_LE(gone.connections, gone.timed_out + 1);
    fmt::print("{} kills; workers that stay: all {} requests answered; removed: {} of {}\n", kills,
               answered, gone.ok, gone.attempted);
    EXPECT_GT(kills, 5U);
}

const std::string wlc = "wlc", wlc_flag = "wlc, flags: [flag-1]", mh = "mh, flags: [mh-port]",
                  mh_fallback = "mh, flags: [mh-port, mh-fallback]", rr = "rr",
                  rr_flag = "rr, flags: [flag-1]";
constexpr Encap gue{EncapType::gue, 5501}, fou{EncapType::fou_interface, 5555};

const auto description = [](const auto& info) { return info.param.description; };

// Names that begin with "Whole" are for `make check-all`.
INSTANTIATE_TEST_SUITE_P(Ways, Traffic,
                         testing::Values(Row{"Gue", gue, AF_INET, vip4, mh, mh_fallback}),
                         description);
INSTANTIATE_TEST_SUITE_P(WholeWays, Traffic,
                         testing::Values(Row{"GueV6", gue, AF_INET6, vip6, wlc, wlc_flag},
                                         Row{"FouInterface", fou, AF_INET, vip4, wlc, wlc_flag}),
                         description);
INSTANTIATE_TEST_SUITE_P(Ways, Removal,
                         testing::Values(Row{"GueV6", gue, AF_INET6, vip6, rr, rr_flag}),
                         description);
INSTANTIATE_TEST_SUITE_P(WholeWays, Removal,
                         testing::Values(Row{"FouInterface", fou, AF_INET, vip4, rr, rr_flag}),
                         description);

} // namespace
} // namespace gueway
