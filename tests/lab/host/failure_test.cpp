// SPDX-License-Identifier: GPL-2.0-only
// netlab run when kernels, time or people go wrong.
#include "lab/build.h"
#include "lent_cache.h"
#include "netlab.h"
#include "qemu.h"
#include "util/text.h"

#include <chrono>
#include <csignal>
#include <optional>

#include <unistd.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

// The module that misbehaves on request, built for 6.1.
std::string splat_module()
{
    static const auto path = []() -> Result<fs::path> {
        const auto kernel = TRY(find_kernel("6.1"));
        return TRY(build_modules(kernel, fs::current_path() / "tests/lab/splat")) /
               "gueway_splat.ko";
    }();
    EXPECT_TRUE(path) << path.error().text();
    return path.value_or("gueway_splat.ko");
}

Outcome splat(const std::string& mode, const std::string& timeout = "60")
{
    return netlab({"run", "--timeout", timeout, "--add", splat_module() + ":/splat.ko", "--",
                   "insmod", "/splat.ko", "mode=" + mode});
}

TEST(Splat, ARealWarnIs126AlthoughTheCommandSucceeded)
{
    const auto ran = splat("warn");
    EXPECT_EQ(ran.status, 126);
    EXPECT_NE(ran.errors.find("WARNING: CPU:"), std::string::npos) << ran.errors;
    EXPECT_NE(ran.errors.find("end trace"), std::string::npos) << ran.errors;
}

TEST(Splat, TheSameModuleDoingNothingIsClean)
{
    EXPECT_EQ(splat("none").status, 0);
}

TEST(Splat, APanicIs126WithTheLog)
{
    const auto ran = splat("panic");
    EXPECT_EQ(ran.status, 126);
    EXPECT_NE(ran.errors.find("Kernel panic - not syncing"), std::string::npos) << ran.errors;
}

TEST(Splat, AnOopsIs126)
{
    EXPECT_EQ(splat("oops").status, 126);
}

TEST(Timeout, AHungGuestIs124)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto ran = netlab({"run", "--timeout", "12", "--", "sleep", "1000"});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(ran.status, 124);
    EXPECT_GE(took, 12s);
    EXPECT_LT(took, 100s) << "the command would have run for 1000 s";
    EXPECT_NE(ran.errors.find("no end after 12 s"), std::string::npos) << ran.errors;
}

TEST(Usage, UnknownKernelListsTheKnownOnes)
{
    const auto ran = netlab({"run", "--kernel", "4.19", "--", "true"});
    EXPECT_EQ(ran.status, 125);
    EXPECT_EQ(lines(ran.errors).size(), 1U) << ran.errors;
    for (const char* name : {"4.19", "5.10", "6.1", "6.1-oldest", "6.12", "newest"})
        EXPECT_NE(ran.errors.find(name), std::string::npos) << ran.errors;
}

TEST(Usage, TwoVariantsAtOnceIsOneClearLine)
{
    const auto ran = netlab({"run", "--ipvs", "vulnerable", "--ipvs", "patched", "--", "true"});
    EXPECT_EQ(ran.status, 125);
    EXPECT_EQ(lines(ran.errors).size(), 1U) << ran.errors;
    EXPECT_NE(ran.errors.find("--ipvs"), std::string::npos) << ran.errors;
}

TEST(Usage, NoQemuNamesThePackage)
{
    const auto path = TempDir::make().value();
    link_programs_except("qemu-system-x86_64", path.path());
    // Layers go by the paths of the programs in them: these are of no use to others.
    const auto cache = TempDir::make().value();
    ASSERT_NO_FATAL_FAILURE(lend_kernel(cache.path()));
    const auto ran =
        run({"env", "PATH=" + path.path().string(), "GUEWAY_CACHE=" + cache.path().string(),
             netlab_program, "run", "--", "true"});
    ASSERT_TRUE(ran);
    EXPECT_EQ(ran->status, 125);
    EXPECT_EQ(ran->errors, "netlab: qemu-system-x86_64: start: No such file or directory (ENOENT): "
                           "apt-get install qemu-system-x86\n");
}

TEST(Usage, MissingFileToAdd)
{
    const auto ran = netlab({"run", "--add", "/no/such/file", "--", "true"});
    EXPECT_EQ(ran.status, 125);
    EXPECT_EQ(ran.errors, "netlab: --add /no/such/file: find /no/such/file: No such file or "
                          "directory (ENOENT): check the path\n");
}

// In a mount namespace of its own: the cache $1, which has the kernel, copied to a disk of 2 MiB at
// $2 with no room for what is made of it. Then lists what was made.
constexpr const char* run_on_full_disk = R"(
mount -t tmpfs -o size=2m tmpfs "$2" &&
cp -P "$1"/* "$2" || exit 1
GUEWAY_CACHE=$2 build/bin/netlab run -- true
status=$?
cd "$2" && find layers -mindepth 1 ! -name '*.lock'
exit $status
)";

TEST(Usage, ADiskThatIsFullLeavesNoHalfEntry)
{
    const auto dir = TempDir::make().value();
    const Argv unshare = {"unshare", ::geteuid() == 0 ? "-m" : "-rm"};
    const auto in_namespace = [&](const Argv& command) {
        Argv argv = unshare;
        argv.insert(argv.end(), command.begin(), command.end());
        return run(argv);
    };
    const auto possible = in_namespace({"mount", "-t", "tmpfs", "tmpfs", dir.path()});
    ASSERT_TRUE(possible) << possible.error().text();
    if (possible->status != 0) GTEST_SKIP() << "no mount namespaces here: " << possible->errors;

    const auto cache = TempDir::make().value();
    ASSERT_NO_FATAL_FAILURE(lend_kernel(cache.path()));
    const auto ran = in_namespace({"sh", "-c", run_on_full_disk, "sh", cache.path(), dir.path()});
    ASSERT_TRUE(ran) << ran.error().text();
    EXPECT_EQ(ran->status, 125);
    EXPECT_EQ(lines(ran->errors).size(), 1U) << ran->errors;
    EXPECT_NE(ran->errors.find("No space left on device (ENOSPC): the disk is full"),
              std::string::npos)
        << ran->errors;
    EXPECT_EQ(ran->output, ""); // neither an entry nor its *.tmp
}

// Sends `signal` to a netlab whose guest runs: its status, and where its QEMU was in /proc.
void interrupt_running(int signal, std::optional<int>& status, fs::path& qemu)
{
    auto netlab = Process::start({netlab_program, "run", "--", "sleep", "1000"}, {});
    ASSERT_TRUE(netlab) << netlab.error().text();
    ASSERT_TRUE(wait_until(Deadline::after(120s), "netlab", "its QEMU", [&] {
        qemu = find_qemu(netlab->pid());
        return !qemu.empty();
    }));
    netlab->signal(signal);
    status = netlab->wait(Deadline::after(60s));
}

TEST(Interrupt, LeavesNoQemuBehind)
{
    std::optional<int> status;
    fs::path qemu;
    ASSERT_NO_FATAL_FAILURE(interrupt_running(SIGTERM, status, qemu));
    EXPECT_EQ(status, 125);
    EXPECT_FALSE(fs::exists(qemu));
}

TEST(Interrupt, EvenSigkillLeavesNoQemuBehind)
{
    std::optional<int> status;
    fs::path qemu;
    ASSERT_NO_FATAL_FAILURE(interrupt_running(SIGKILL, status, qemu));
    EXPECT_EQ(status, 128 + SIGKILL);
    EXPECT_TRUE(wait_until(Deadline::after(60s), qemu.string(), "its end",
                           [&] { return !fs::exists(qemu); }));
}

} // namespace
} // namespace gueway
