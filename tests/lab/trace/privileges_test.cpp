// SPDX-License-Identifier: GPL-2.0-only
// droptrace with less than root has, without what it needs, and killed.
#include "util/file.h"
#include "util/process.h"
#include "util/text.h"
#include "wire.h"

#include <algorithm>
#include <csignal>

#include <bpf/bpf.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

namespace gueway {
namespace {

Deadline soon()
{
    return Deadline::after(std::chrono::seconds(60));
}

// Programs and links in the kernel, whoever's.
size_t attached()
{
    size_t count = 0;
    for (uint32_t id = 0; bpf_prog_get_next_id(id, &id) == 0;) ++count;
    for (uint32_t id = 0; bpf_link_get_next_id(id, &id) == 0;) ++count;
    return count;
}

void expect_attached(size_t count)
{
    const auto waited = wait_until(soon(), "the kernel", "programs to be taken off",
                                   [&] { return attached() == count; });
    EXPECT_TRUE(waited) << attached() << " instead of " << count;
}

// Runs droptrace, which is to fail with one line that has `words`, and to leave nothing behind.
void expect_refusal(const Argv& argv, const std::vector<std::string>& said)
{
    const auto before = attached();
    const auto outcome = run(argv, {.deadline = soon()});
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->status, 1) << quoted(argv);
    const auto begin = outcome->errors.rfind("droptrace: ");
    ASSERT_NE(begin, std::string::npos) << outcome->errors;
    const auto line = outcome->errors.substr(begin);
    EXPECT_EQ(std::ranges::count(line, '\n'), 1) << line;
    for (const auto& word : said) EXPECT_NE(line.find(word), std::string::npos) << line;
    expect_attached(before);
}

Argv without(const std::string& capabilities, const Argv& more = {})
{
    Argv argv = {"setpriv", "--bounding-set", capabilities, "droptrace", "--duration", "0.2"};
    argv.insert(argv.end(), more.begin(), more.end());
    return argv;
}

struct Running {
    TempDir directory = TempDir::make().value();
    fs::path ready = directory.path() / "ready";
    Process process;

    explicit Running(Argv argv) : process(start(std::move(argv), ready))
    {
        const auto waited =
            wait_until(soon(), "droptrace", "its ready file", [&] { return fs::exists(ready); });
        EXPECT_TRUE(waited) << waited.error().text();
    }
    static Process start(Argv argv, const fs::path& ready)
    {
        argv.insert(argv.end(), {"--ready-file", ready.string()});
        return Process::start(argv, {}).value();
    }
    // A line of /proc/PID/status.
    std::string status(std::string_view name) const
    {
        const auto text =
            read_file(fmt::format("/proc/{}/status", process.pid())).value_or(std::string());
        for (const auto line : lines(text))
            if (line.starts_with(name)) return std::string(line);
        return {};
    }
};

void expect_confined(const Argv& argv, const std::string& capabilities)
{
    Running running(argv);
    const auto waited = wait_until(soon(), "droptrace", "its confinement", [&] {
        return running.status("CapEff:").ends_with(capabilities);
    });
    EXPECT_TRUE(waited) << running.status("CapEff:");
    EXPECT_TRUE(running.status("CapPrm:").ends_with(capabilities));
    EXPECT_EQ(running.status("Uid:"), "Uid:\t65534\t65534\t65534\t65534");
    EXPECT_TRUE(running.status("NoNewPrivs:").ends_with("1"));
    running.process.signal(SIGINT);
    EXPECT_EQ(running.process.wait(soon()), 0); // counts and all
}

TEST(Privileges, AreGivenUpWhenAttached)
{
    const std::string bpf = "0000008000000000", and_namespaces = "0000008000281000";
    expect_confined({"droptrace", "--no-verdicts"}, bpf);
    expect_confined({"droptrace"}, and_namespaces);
    expect_confined({"droptrace", "--no-verdicts", "--follow", "icmp"}, bpf);
}

TEST(Privileges, MissingOnesAreNamed)
{
    expect_attached(0); // those of tests before are taken off in the background
    expect_refusal(without("-bpf,-sys_admin"), {"CAP_BPF", "root"});
    expect_refusal(without("-perfmon,-sys_admin"), {"CAP_PERFMON", "root"});
    expect_refusal(without("-sys_admin", {"--follow", "icmp"}), {"CAP_SYS_ADMIN", "modules"});
}

TEST(Privileges, OthersAreMissedButNotNeeded)
{
    const auto outcome = run(without("-sys_admin,-syslog,-net_admin"), {.deadline = soon()});
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->status, 0) << outcome->errors;
    for (const char* name : {"CAP_SYS_ADMIN", "CAP_SYSLOG", "CAP_NET_ADMIN"})
        EXPECT_NE(outcome->output.find(name), std::string::npos) << outcome->output;
}

TEST(Privileges, WhoCannotBecomeNobodyIsToldSo)
{
    const auto outcome = run(without("-setuid"), {.deadline = soon()});
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->status, 0) << outcome->errors;
    EXPECT_NE(outcome->output.find("stays root"), std::string::npos) << outcome->output;
}

TEST(Hooks, AreInTheTextAndSoIsWhatTheirLackCosts)
{
    const auto drops = run({"droptrace", "--duration", "0.2"}, {.deadline = soon()});
    ASSERT_TRUE(drops) << drops.error().text();
    EXPECT_NE(drops->output.find("Hook for drops: "), std::string::npos) << drops->output;
    const auto followed =
        run({"droptrace", "--follow", "icmp", "--duration", "0.2"}, {.deadline = soon()});
    ASSERT_TRUE(followed) << followed.error().text();
    EXPECT_NE(followed->output.find(" hooks: "), std::string::npos) << followed->output;
    fmt::print("{}", followed->output); // which ones is the kernel's own affair
}

TEST(Killed, LeavesNothingInTheKernel)
{
    expect_attached(0);
    for (const Argv& argv : {Argv{"droptrace"}, Argv{"droptrace", "--follow", "icmp"}}) {
        Running running(argv);
        EXPECT_GT(attached(), 0U);
        running.process.signal(SIGKILL);
        running.process.wait(soon());
        expect_attached(0);
    }
    EXPECT_EQ(read_file("/sys/kernel/tracing/kprobe_events").value_or(""), "");
}

TEST(DiskFull, IsOneLineAndTheEnd)
{
    expect_attached(0);
    const std::vector<std::string> said = {"/dev/full", "ENOSPC"};
    expect_refusal({"droptrace", "--duration", "0.2", "--json", "/dev/full"}, said);
    expect_refusal({"droptrace", "--duration", "0.2", "--pcap", "/dev/full"}, said);
    expect_refusal({"droptrace", "--follow", "icmp", "--json", "/dev/full"}, said);
}

TEST(Two, WriteNoFileTogether)
{
    expect_attached(0);
    const auto directory = TempDir::make().value();
    const auto file = (directory.path() / "drops.json").string();
    Running first({"droptrace", "--json", file});
    expect_refusal({"droptrace", "--duration", "0.2", "--json", file}, {file, "another program"});
    first.process.signal(SIGINT);
    EXPECT_EQ(first.process.wait(soon()), 0);
    EXPECT_NE(read_file(file).value().find("gueway.drops/1"), std::string::npos);
}

// What a kernel without types looks like from here.
class WithoutBtf {
public:
    WithoutBtf()
    {
        EXPECT_TRUE(write_file(copy, read_file("/sys/kernel/btf/vmlinux").value()));
        EXPECT_EQ(::mount("none", "/sys/kernel/btf", "tmpfs", 0, nullptr), 0);
    }
    WithoutBtf(const WithoutBtf&) = delete;
    WithoutBtf& operator=(const WithoutBtf&) = delete;
    ~WithoutBtf() { EXPECT_EQ(::umount("/sys/kernel/btf"), 0); }

    const TempDir directory = TempDir::make().value();
    const std::string copy = directory.path() / "btf";
};

TEST(WithoutTypes, TheFileWithThemIsAskedFor)
{
    expect_attached(0);
    const WithoutBtf hidden;
    expect_refusal({"droptrace"}, {"--btf FILE"});
    expect_refusal({"droptrace", "--follow", "icmp"}, {"CONFIG_DEBUG_INFO_BTF"});
    expect_refusal({"droptrace", "--btf", "/proc/version"}, {"/proc/version", "no BTF"});
}

TEST(WithoutTypes, DropsAreSeenByTheFile)
{
    const WithoutBtf hidden;
    const Wire wire;
    const auto json = (hidden.directory.path() / "drops.json").string();
    Running running({"droptrace", "--btf", hidden.copy, "--json", json});
    EXPECT_EQ(wire.send(10, 100), 10U);
    running.process.signal(SIGINT);
    EXPECT_EQ(running.process.wait(soon()), 0);
    EXPECT_NE(read_file(json).value().find("192.0.2.2:9 UDP"), std::string::npos);
}

} // namespace
} // namespace gueway
