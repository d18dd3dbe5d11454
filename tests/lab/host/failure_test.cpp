// SPDX-License-Identifier: GPL-2.0-only
// netlab run when kernels, time or people go wrong.
#include "lab/build.h"
#include "netlab.h"
#include "util/text.h"

#include <chrono>
#include <csignal>

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

TEST(Timeout, AHungGuestIs124OnTime)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto ran = netlab({"run", "--timeout", "12", "--", "sleep", "1000"});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(ran.status, 124);
    EXPECT_GE(took, 12s);
    EXPECT_LT(took, 14s);
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
    const auto dir = TempDir::make().value();
    const auto ran =
        run({"env", "PATH=" + dir.path().string(), netlab_program, "run", "--", "true"});
    ASSERT_TRUE(ran);
    EXPECT_EQ(ran->status, 125);
    EXPECT_EQ(lines(ran->errors).size(), 1U) << ran->errors;
    EXPECT_NE(ran->errors.find("apt-get install"), std::string::npos) << ran->errors;
}

TEST(Usage, MissingFileToAdd)
{
    const auto ran = netlab({"run", "--add", "/no/such/file", "--", "true"});
    EXPECT_EQ(ran.status, 125);
    EXPECT_EQ(ran.errors, "netlab: --add /no/such/file: find /no/such/file: No such file or "
                          "directory (ENOENT): check the path\n");
}

TEST(Usage, ADiskThatIsFullLeavesNoHalfFile)
{
    const auto ran = netlab({"run", "--json", "/dev/full/x", "--", "true"});
    EXPECT_EQ(ran.status, 125);
    EXPECT_NE(ran.errors.find("/dev/full"), std::string::npos) << ran.errors;
}

// The child processes of a process, by their command names.
std::string children_of(pid_t pid)
{
    const auto path = "/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children";
    return read_file(path).value_or("");
}

TEST(Interrupt, LeavesNoQemuBehind)
{
    auto child = Process::start({netlab_program, "run", "--", "sleep", "1000"}, {});
    ASSERT_TRUE(child) << child.error().text();
    std::string qemu;
    ASSERT_TRUE(wait_until(Deadline::after(20s), "netlab", "its QEMU", [&] {
        qemu = std::string(trim(children_of(child->pid())));
        return !qemu.empty();
    }));
    child->signal(SIGTERM);
    const auto status = child->wait(Deadline::after(10s));
    ASSERT_TRUE(status);
    EXPECT_NE(*status, 0);
    EXPECT_FALSE(fs::exists("/proc/" + qemu));
}

TEST(Interrupt, EvenSigkillLeavesNoQemuBehind)
{
    auto child = Process::start({netlab_program, "run", "--", "sleep", "1000"}, {});
    ASSERT_TRUE(child) << child.error().text();
    std::string qemu;
    ASSERT_TRUE(wait_until(Deadline::after(20s), "netlab", "its QEMU", [&] {
        qemu = std::string(trim(children_of(child->pid())));
        return !qemu.empty();
    }));
    child->signal(SIGKILL);
    ASSERT_TRUE(child->wait(Deadline::after(10s)));
    EXPECT_TRUE(wait_until(Deadline::after(10s), "QEMU " + qemu, "its end",
                           [&] { return !fs::exists("/proc/" + qemu); }));
}

} // namespace
} // namespace gueway
