// SPDX-License-Identifier: GPL-2.0-only
// gsobench matrix when guests die: the rest of the cells is run, and the death is in the results.
#include "matrix_run.h"
#include "qemu.h"
#include "tests/assert_ok.h"
#include "util/text.h"

#include <csignal>

namespace gueway {
namespace {

using namespace std::chrono_literals;

// Enough for a guest to be killed before it is through with them.
std::vector<std::string> many_cells()
{
    const auto told = run({gsobench_program, "cells", "--no-wire", "--list"});
    std::vector<std::string> words;
    for (const auto line : lines(told ? told->output : ""))
        if (line.starts_with("ipip/in4/out4/") || line.starts_with("gue/in4/out4/"))
            words.insert(words.end(), {"--cell", std::string(line)});
    return words;
}

// The kernel cannot read what this gives its parameter, and says so, in words that it has for a
// device with a wrong checksum, while it boots.
constexpr const char* complaint = "printk.time=\"x: hw csum failure\"";

MatrixRun resumable(const fs::path& directory)
{
    return {directory / "result.json",
            {"--no-wire", "--guests", "1", "--allow-known", "--cmdline", complaint, "--resume",
             (directory / "kept").string()}};
}

// Kills the guest of a run in `directory` when it is through with some cells. Returns gsobench's
// status; nothing when all cells were done before.
Result<std::optional<int>> run_and_kill(const fs::path& directory)
{
    TRY(make_directories(directory));
    auto program = TRY(Process::start(resumable(directory).argv(many_cells()), {}));
    const auto journal = directory / "kept/6.1-stock.jsonl";
    fs::path qemu;
    bool ended = false;
    TRY(wait_until(Deadline::after(10min), "gsobench", "some cells", [&] {
        ended = program.wait(Deadline::after(0ms)).has_value();
        qemu = find_qemu(program.pid());
        return ended || (!qemu.empty() && lines(read_file(journal).value_or("")).size() > 20);
    }));
    if (ended) return std::optional<int>();
    if (const auto pid = parse_number<pid_t>(qemu.filename().string())) ::kill(*pid, SIGKILL);
    const auto status = program.wait(Deadline::after(10min));
    if (!status) return error("gsobench", "end", "it still runs");
    return resumable(directory).kernel()["deaths"].empty() ? std::nullopt : status;
}

TEST(Deaths, AQemuThatIsKilledIsNotForgotten)
{
    const auto directory = TempDir::make("deaths");
    ASSERT_OK(directory);
    // A test that is kept from the processor may come too late: once more then.
    fs::path place;
    Result<std::optional<int>> status = std::optional<int>();
    for (int number = 1; number <= 3 && status && !*status; ++number) {
        place = directory->path() / std::to_string(number);
        status = run_and_kill(place);
    }
    ASSERT_OK(status);
    EXPECT_EQ(*status, 1);

    const auto wanted = resumable(place);
    const auto argv = wanted.argv(many_cells());
    const auto kernel = wanted.kernel();
    ASSERT_EQ(kernel["deaths"].size(), 1U) << kernel["deaths"];
    EXPECT_EQ(kernel["deaths"][0]["when"], "during");
    EXPECT_EQ(kernel["boot"].size(), 1U) << kernel; // of two guests
    EXPECT_EQ(kernel["cells"].size(), many_cells().size() / 2);
    EXPECT_EQ(of_outcome(kernel, "lost") + of_outcome(kernel, "failed"), 0U);

    // Nor by the run that goes on with it.
    const auto again = run(argv);
    ASSERT_OK(again);
    EXPECT_EQ(again->status, 1) << again->errors;
    EXPECT_NE(again->output.find("Guests that died:"), std::string::npos) << again->output;
    EXPECT_EQ(wanted.kernel()["deaths"].size(), 1U);
    EXPECT_EQ(wanted.kernel()["boot"].size(), 1U);

    // One that is told something else when it boots is another.
    auto other = argv;
    other.insert(other.end(), {"--cmdline", "quiet"});
    const auto refused = run(other);
    ASSERT_OK(refused);
    EXPECT_EQ(refused->status, 2);
    EXPECT_TRUE(refused->errors.contains(" quiet")) << refused->errors;
}

// The kernel warns of a list of segments that veth takes whole (list-offload of known_bugs.h), and
// is told to make that its end.
TEST(Deaths, ACellThatPanicsTheKernelTwiceIsLostAndTheOthersAreNot)
{
    const auto directory = TempDir::make("deaths");
    ASSERT_OK(directory);
    const std::string killer = "gue/in4/out4/udp-gso/two/whole/m1500/gro-list";
    const MatrixRun wanted{directory->path() / "result.json",
                           {"--guests", "1", "--allow-known", "--cmdline", "panic_on_warn=1"}};
    const auto ran = run(wanted.argv({"--cell", "ipip/in4/out4/udp/small/whole", "--cell", killer,
                                      "--cell", "gue/in4/out4/udp/small/wire"}));
    ASSERT_OK(ran);
    EXPECT_EQ(ran->status, 1) << ran->errors;

    const auto kernel = wanted.kernel();
    ASSERT_EQ(kernel["cells"].size(), 3U);
    EXPECT_EQ(kernel["cells"][0]["outcome"], "passed");
    EXPECT_EQ(kernel["cells"][1]["cell"], killer);
    EXPECT_EQ(kernel["cells"][1]["outcome"], "lost");
    EXPECT_EQ(kernel["cells"][2]["outcome"], "passed");
    ASSERT_EQ(kernel["deaths"].size(), 2U);
    for (const auto& death : kernel["deaths"]) {
        EXPECT_EQ(death["cell"], killer);
        EXPECT_NE(death["splats"].dump().find("Kernel panic - not syncing"), std::string::npos)
            << death;
    }
}

} // namespace
} // namespace gueway
