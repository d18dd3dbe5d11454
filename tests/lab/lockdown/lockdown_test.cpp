// SPDX-License-Identifier: GPL-2.0-only
// On a kernel that takes signed modules only: the hotfix says what to do instead, and that works.
#include "hotfix/counts.h"
#include "link/namespace.h"
#include "tests/assert_ok.h"
#include "util/brought_module.h"
#include "util/process.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

class Lockdown : public testing::Test {
protected:
    void SetUp() override
    {
        std::ignore = run({"mount", "-t", "securityfs", "none", "/sys/kernel/security"});
        const auto mode = read_file("/sys/kernel/security/lockdown");
        ASSERT_OK(mode);
        ASSERT_NE(mode->find("[integrity]"), std::string::npos) << *mode;
    }
};

TEST_F(Lockdown, KeepsTheHotfixOutAndSaysWhatToDo)
{
    const auto installed = InstalledModule::install(hotfix::module_name);
    ASSERT_OK(installed);
    const auto done = run({"directorctl", "hotfix", "on", "--force"});
    ASSERT_OK(done);
    EXPECT_EQ(done->status, 1);
    EXPECT_EQ(lines(done->errors).size(), 1U) << done->errors;
    for (const char* word : {"locked down (integrity)", "sign it", "directorctl mitigate on"})
        EXPECT_NE(done->errors.find(word), std::string::npos) << word << ": " << done->errors;
    EXPECT_FALSE(fs::exists("/sys/module/gueway_hotfix"));
}

TEST_F(Lockdown, LetsTheMitigationIn)
{
    const auto where = Namespace::create("lockdown");
    ASSERT_OK(where);
    const auto done = where->in([] {
        return run_ok({"bash", "-ec",
                       "ip link add d0 type dummy; ip link set d0 up; "
                       "directorctl mitigate on --device d0 --vip 198.51.100.150 >/dev/null; "
                       "tc filter show dev d0 ingress; directorctl mitigate off >/dev/null"});
    });
    ASSERT_OK(done);
    EXPECT_NE(done->find("pop_eth"), std::string::npos) << *done;
}

} // namespace
} // namespace gueway
