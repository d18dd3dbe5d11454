// SPDX-License-Identifier: GPL-2.0-only
// droptrace, bpftrace and bcc count the same drops by place, and the sender knows how many.
#include "link/namespace.h"
#include "util/address.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"
#include "util/symbols.h"
#include "util/text.h"

#include <algorithm>
#include <csignal>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/utsname.h>

namespace gueway {
namespace {

using Counts = std::map<std::string, uint64_t>; // by place

constexpr uint16_t nobody_listens = 9;
constexpr unsigned burst = 5000;

Deadline soon()
{
    return Deadline::after(std::chrono::seconds(120));
}

// A program whose words go to a file.
class Recorded {
public:
    explicit Recorded(const Argv& argv)
    {
        file_ = Fd(::open(path().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        auto started = Process::start(argv, {-1, file_.get(), file_.get()});
        EXPECT_TRUE(started) << started.error().text();
        if (started) process_ = std::make_unique<Process>(std::move(*started));
    }
    std::string said() const { return read_file(path()).value_or(""); }
    Process& process() { return *process_; }

private:
    fs::path path() const { return directory_.path() / "said"; }
    TempDir directory_ = TempDir::make().value();
    Fd file_;
    std::unique_ptr<Process> process_;
};

sockaddr_in loopback(uint16_t port)
{
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

class CountsTest : public testing::Test {
protected:
    // Dropped by UDP: nobody listens there.
    uint64_t send_to_nobody(unsigned datagrams) const
    {
        return send(host_.socket(AF_INET, SOCK_DGRAM).value(), loopback(nobody_listens), datagrams);
    }

    // Dropped by UDP in another place: somebody listens but never reads. Returns how many of those
    // sent his buffer had no room for.
    uint64_t send_to_somebody_slow(unsigned datagrams) const
    {
        const auto slow = host_.socket(AF_INET, SOCK_DGRAM).value();
        auto address = loopback(0);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(slow.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::getsockname(slow.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
        const auto sent = send(host_.socket(AF_INET, SOCK_DGRAM).value(), address, datagrams);
        uint64_t kept = 0;
        char byte;
        while (::recv(slow.get(), &byte, sizeof byte, MSG_DONTWAIT) >= 0) ++kept;
        return sent - kept;
    }

    // A drop of TCP, to see whether a program counts yet.
    void knock() const
    {
        const auto socket = host_.socket(AF_INET, SOCK_STREAM).value();
        const auto address = loopback(nobody_listens);
        EXPECT_NE(
            ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
    }

    // Returns when `read` shows that the program counts.
    template <class F>
    void wait_until_counting(const Recorded& program, const F& read) const
    {
        const auto counts = wait_until(soon(), "the second opinion", "a count of tcp_v4_rcv", [&] {
            knock();
            return count_of(read(program.said()), "tcp_v4_rcv") > 0;
        });
        ASSERT_TRUE(counts) << counts.error().text() << "\n" << program.said();
    }

    // droptrace's own, of the same traffic as the second opinion's. Both count before it begins and
    // are read when it is over.
    template <class F>
    void compare(Recorded& program, const F& read)
    {
        wait_until_counting(program, read);
        const auto directory = TempDir::make().value();
        const auto json = directory.path() / "drops.json", ready = directory.path() / "ready";
        Recorded droptrace({"droptrace", "--json", json, "--ready-file", ready});
        ASSERT_TRUE(wait_until(soon(), "droptrace", "its ready file", [&] {
            return fs::exists(ready);
        })) << droptrace.said();
        EXPECT_EQ(send_to_nobody(burst), burst);
        const auto overflowed = send_to_somebody_slow(burst);
        EXPECT_GT(overflowed, 0U);
        droptrace.process().signal(SIGINT);
        EXPECT_EQ(droptrace.process().wait(soon()), 0) << droptrace.said();
        const auto ours = of_udp(by_place(read_json(json).value()));
        Counts theirs;
        const auto agree = wait_until(Deadline::after(std::chrono::seconds(20)), "the counts",
                                      "the second opinion's last", [&] {
                                          theirs = of_udp(read(program.said()));
                                          return theirs == ours;
                                      });
        EXPECT_TRUE(agree);
        EXPECT_EQ(ours, theirs) << program.said();
        uint64_t all = 0;
        for (const auto& [place, count] : theirs) {
            fmt::print("  {:6} {}\n", count, place);
            all += count;
        }
        EXPECT_EQ(all, burst + overflowed);
        EXPECT_GE(theirs.size(), 2U);
    }

    std::string place(uint64_t address) const { return symbols_.find(address).text(); }

    Namespace host_ = Namespace::create("gwcounts").value();

private:
    static uint64_t send(const Fd& socket, const sockaddr_in& to, unsigned datagrams)
    {
        const char bytes[100] = {};
        uint64_t sent = 0;
        for (unsigned i = 0; i < datagrams; ++i)
            sent += ::sendto(socket.get(), bytes, sizeof bytes, 0,
                             reinterpret_cast<const sockaddr*>(&to), sizeof to) >= 0;
        return sent;
    }
    static uint64_t count_of(const Counts& counts, std::string_view function)
    {
        uint64_t all = 0;
        for (const auto& [place, count] : counts)
            if (place.starts_with(function)) all += count;
        return all;
    }
    // What is in this traffic and in no other.
    static Counts of_udp(const Counts& counts)
    {
        Counts found;
        for (const auto& [place, count] : counts)
            if (place.find("udp") != place.npos) found[place] = count;
        return found;
    }
    static Counts by_place(const Json& report)
    {
        Counts counts;
        for (const char* groups : {"drops", "harmless"})
            for (const auto& group : report[groups])
                counts[group["place"]["text"]] += group["packets"].get<uint64_t>();
        return counts;
    }

    Symbols symbols_ = Symbols::load().value();
};

// Every second the whole table: "@[ADDRESS, REASON]: COUNT". The last of each line counts.
TEST_F(CountsTest, BpftraceCountsTheSame)
{
    Recorded bpftrace({"bpftrace", "-e",
                       "tracepoint:skb:kfree_skb { @[args->location, args->reason] = count(); } "
                       "interval:s:1 { print(@); }"});
    compare(bpftrace, [this](const std::string& said) {
        std::map<std::pair<uint64_t, std::string>, uint64_t> last;
        for (const auto line : lines(said)) {
            const auto w = words(line);
            if (w.size() != 3 || !w[0].starts_with("@[")) continue;
            const auto address = std::strtoull(std::string(w[0].substr(2)).c_str(), nullptr, 0);
            last[{address, std::string(w[1])}] = parse_number<uint64_t>(w[2]).value_or(0);
        }
        Counts counts;
        for (const auto& [key, count] : last) counts[place(key.first)] += count;
        return counts;
    });
}

// Every second the whole table: "COUNT (u64)args->location = ADDRESS".
TEST_F(CountsTest, BccCountsTheSame)
{
    // bcc compiles with the headers of the running kernel, where Debian's packages put them.
    utsname name{};
    ASSERT_EQ(::uname(&name), 0);
    const std::string release = name.release;
    const auto common = release.substr(0, release.find("-cloud")) + "-common";
    const fs::path modules = "/lib/modules/" + release;
    std::error_code ignored;
    fs::create_symlink("/usr/src/linux-headers-" + release, modules / "build", ignored);
    fs::create_symlink("/usr/src/linux-headers-" + common, modules / "source", ignored);
    const Defer remove([&] {
        fs::remove(modules / "build", ignored);
        fs::remove(modules / "source", ignored);
    });
    Recorded bcc({"env", "PYTHONUNBUFFERED=1", "argdist-bpfcc", "-c", "-i", "1", "-I",
                  "net/dropreason.h", "-C", "t:skb:kfree_skb():u64:(u64)args->location"});
    compare(bcc, [this](const std::string& said) {
        Counts counts;
        for (const auto line : lines(said)) {
            const auto w = words(line);
            if (w.size() != 4 || w[2] != "=" || !w[1].ends_with("args->location")) continue;
            const auto address = std::strtoull(std::string(w[3]).c_str(), nullptr, 0);
            counts[place(address)] = parse_number<uint64_t>(w[0]).value_or(0);
        }
        return counts;
    });
}

} // namespace
} // namespace gueway
