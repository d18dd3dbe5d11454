// SPDX-License-Identifier: GPL-2.0-only
// gsobench matrix --here when it cannot go on: what was done is told, and nothing is left behind.
#include "tests/assert_ok.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"

#include <csignal>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

std::set<std::string> namespaces()
{
    std::set<std::string> found;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("/run/netns", none))
        found.insert(entry.path().filename());
    return found;
}

// Single packets: of GSO packets a kernel may warn, which the judge of this guest would take for a
// fault. Many more than it takes for the looks below to find something, or this test, kept from the
// processor, would come too late.
Argv cells()
{
    Argv words;
    for (const char* tunnel : {"ipip", "gue", "gue-csum", "gre", "gre-csum"})
        for (const char* families : {"in4/out4", "in6/out4", "in4/out6", "in6/out6"})
            for (const char* size : {"small", "less-1", "fits"})
                for (const char* underlay : {"whole", "software"})
                    for (const char* more : {"", "/m1600", "/m1500/plain/vlan-none/df-unheeded",
                                             "/m1600/plain/vlan-none/df-unheeded"})
                        words.insert(words.end(),
                                     {"--cell", fmt::format("{}/{}/udp/{}/{}{}", tunnel, families,
                                                            size, underlay, more)});
    return words;
}

class Here : public testing::Test {
protected:
    TempDir directory_ = TempDir::make().value();
    std::set<std::string> before_ = namespaces();
    std::string message_cost_ = read_file(message_cost).value();

    void TearDown() override
    {
        EXPECT_EQ(namespaces(), before_);
        EXPECT_EQ(read_file(message_cost).value(), message_cost_);
    }

    fs::path json() const { return directory_.path() / "json"; }
    Result<Process> start(const fs::path& pcapng) const
    {
        Argv argv = {"gsobench", "matrix", "--here", "--json", json(), "--pcapng", pcapng};
        const auto words = cells();
        argv.insert(argv.end(), words.begin(), words.end());
        return Process::start(argv, {});
    }
    void expect_part(std::string_view why) const
    {
        const auto read = read_json(json());
        ASSERT_OK(read);
        const auto& kernel = read->at("kernels").at(0);
        EXPECT_TRUE(kernel.at("stopped").get<std::string>().contains(why)) << kernel["stopped"];
        EXPECT_GT(kernel.at("cells").size(), 0U);
        EXPECT_LT(kernel.at("cells").size(), cells().size() / 2);
    }

private:
    static constexpr const char* message_cost = "/proc/sys/net/core/message_cost";
};

TEST_F(Here, CtrlCKeepsWhatWasDone)
{
    const auto packets = directory_.path() / "pcapng";
    auto gsobench = start(packets);
    ASSERT_OK(gsobench);
    ASSERT_OK(wait_until(Deadline::after(300s), "gsobench", "some cells", [&] {
        std::error_code none;
        return fs::exists(packets, none) && fs::file_size(packets, none) > 5000;
    }));
    gsobench->signal(SIGINT);
    EXPECT_EQ(gsobench->wait(Deadline::after(120s)), 2);
    expect_part("interrupted");
}

TEST_F(Here, AFullDiskKeepsWhatWasDone)
{
    const auto small = directory_.path() / "small";
    ASSERT_OK(make_directories(small));
    ASSERT_EQ(::mount("none", small.c_str(), "tmpfs", 0, "size=32k"), 0);
    auto gsobench = start(small / "pcapng");
    const auto status = gsobench ? gsobench->wait(Deadline::after(120s)) : std::nullopt;
    EXPECT_EQ(::umount2(small.c_str(), MNT_DETACH), 0);
    EXPECT_EQ(status, 2);
    expect_part("ENOSPC");
}

} // namespace
} // namespace gueway
