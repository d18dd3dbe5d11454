// SPDX-License-Identifier: GPL-2.0-only
// The complaint that droptrace starts from: during the incident, pwru with the obvious filter loses
// the packet when it is put in the tunnel. Both with the same filter, on the same traffic. A
// header, since two programs of the suite are made of it: one for every day, one for `make
// check-all`.
#pragma once

#include "config/config.h"
#include "incident/director.h"
#include "incident/replay.h"
#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr uint16_t port = 5201;
constexpr const char* filter = "tcp and port 5201";
constexpr double longest_to_name_it = 3; // s

// A program whose words go to files.
class Recorded {
public:
    explicit Recorded(const Argv& argv)
    {
        output_ = Fd(::open(file("out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        errors_ = Fd(::open(file("errors").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        auto started = Process::start(argv, {-1, output_.get(), errors_.get()});
        EXPECT_TRUE(started) << started.error().text();
        if (started) process_ = std::make_unique<Process>(std::move(*started));
    }
    std::string output() const { return read_file(file("out")).value_or(""); }
    std::string errors() const { return read_file(file("errors")).value_or(""); }
    void expect_word(const char* word, std::chrono::seconds patience) const
    {
        const auto said = wait_until(Deadline::after(patience), word, "the program to say so", [&] {
            return (output() + errors()).find(word) != std::string::npos;
        });
        ASSERT_TRUE(said) << said.error().text() << "\n" << output() << errors();
    }
    Process& process() { return *process_; }

private:
    fs::path file(const char* name) const { return directory_.path() / name; }
    TempDir directory_ = TempDir::make().value();
    Fd output_, errors_;
    std::unique_ptr<Process> process_;
};

// The incident's director and worker, with a service at the port of iperf3.
class Pwru : public testing::Test {
protected:
    void SetUp() override
    {
        auto built = Topology::build(reference(options_));
        ASSERT_TRUE(built) << built.error().text();
        topology_ = std::make_unique<Topology>(std::move(*built));
        auto config = service_config(options_);
        for (auto& service : config.services) service.service.key.port = port;
        const auto directory = TempDir::make().value();
        const auto file = directory.path() / "director.yaml";
        ASSERT_TRUE(write_file(file, config_yaml(config)));
        for (const Argv& argv :
             {Argv{worker_name(1), "worker", "apply"}, Argv{"director", "apply"}}) {
            Argv command = {"directorctl"};
            command.insert(command.end(), argv.begin() + 1, argv.end());
            command.insert(command.end(), {"--yes", file});
            const auto applied = topology_->run_ok(argv[0], command);
            ASSERT_TRUE(applied) << applied.error().text();
        }
        auto server =
            topology_->start(worker_name(1), {"gwflow", "server", "--listen", endpoint()});
        ASSERT_TRUE(server) << server.error().text();
        server_ = std::make_unique<Process>(std::move(*server));
        ASSERT_TRUE(topology_->wait_for(worker_name(1),
                                        {parse_address(vip4).value(), port, Transport::tcp}));
    }

    static std::string endpoint() { return fmt::format("{}:{}", vip4, port); }

    Result<Process> send() const
    {
        return topology_->start("client",
                                {"gwflow", "client", endpoint(), "--request", "32KiB", "--response",
                                 "64", "--requests", "2", "--deadline", "8", "--quiet"});
    }

    void compare(Argv pwru_command, std::chrono::seconds attaches);

    const ReferenceOptions options_ = ReplayOptions{}.reference;
    std::unique_ptr<Topology> topology_;
    std::unique_ptr<Process> server_;
};

inline void expect_whole_story(const std::string& told)
{
    for (const char* part : {"TCP", "ip_vs_tunnel_xmit", "GUE", "EINVAL", "DROPPED",
                             "validate_xmit_skb+0x", "tunnel header -2"})
        EXPECT_NE(told.find(part), std::string::npos) << part << " is not in\n" << told;
}

// The functions by which the kernel says that a packet is dropped; kfree_skbmem and others free
// what was of use as well.
inline bool tells_a_drop(std::string_view line)
{
    return line.find("kfree_skb_reason") != line.npos || line.find("kfree_skb_list") != line.npos;
}

// `attaches` is what pwru may take to be ready.
inline void Pwru::compare(Argv pwru_command, std::chrono::seconds attaches)
{
    pwru_command.emplace_back(filter);
    Recorded pwru(pwru_command);
    const auto begun = Clock::now();
    pwru.expect_word("Listening for events", attaches);
    const Seconds attached = Clock::now() - begun;
    Recorded droptrace({"droptrace", "--follow", filter, "--exit-on-drop"});
    droptrace.expect_word("Following", std::chrono::seconds(60));
    auto client = send();
    ASSERT_TRUE(client) << client.error().text();
    // The device's own counter says when.
    const auto dropped = wait_until(
        Deadline::after(std::chrono::seconds(60)), "d1", "a drop", [&]() -> Result<bool> {
            return TRY(topology_->counters("director", "d1")).tx_dropped > 0;
        });
    const auto first_drop = Clock::now();
    ASSERT_TRUE(dropped) << dropped.error().text();
    const auto status = droptrace.process().wait(Deadline::after(std::chrono::seconds(60)));
    const Seconds named = Clock::now() - first_drop;
    EXPECT_EQ(status, 0) << droptrace.errors();
    expect_whole_story(droptrace.output());
    EXPECT_TRUE(client->wait(Deadline::after(std::chrono::seconds(60))));

    const auto told = pwru.output();
    const auto all = lines(told);
    const auto lost = std::ranges::count_if(all, tells_a_drop);
    EXPECT_GT(all.size(), 10U) << pwru.errors();
    EXPECT_EQ(lost, 0) << told;
    fmt::print("pwru attached in {:.1f} s, {} lines, {} of drops; droptrace named the drop and "
               "ended {:.2f} s after it\n",
               attached.count(), all.size(), lost, named.count());
    EXPECT_LT(named.count(), longest_to_name_it);
    pwru.process().signal(SIGINT);
    pwru.process().wait(Deadline::after(std::chrono::seconds(200)));
}

} // namespace gueway
