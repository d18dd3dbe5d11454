// SPDX-License-Identifier: GPL-2.0-only
// What directorctl doctor leaves, and what it refuses.
#include "tests/doctor_run.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(DoctorRun, LeavesNoTrace)
{
    const auto topology = well_set(false);
    ASSERT_OK(topology);
    const auto before = surroundings(*topology);
    ASSERT_OK(before);
    ASSERT_FALSE(before->at("devices").empty());
    ASSERT_FALSE(before->at("ipvs").empty());
    ASSERT_FALSE(before->at("sysctls").empty());
    ASSERT_OK(run_doctor(*topology));
    const auto after = surroundings(*topology);
    ASSERT_OK(after);
    for (const auto& [name, was] : *before) EXPECT_EQ(after->at(name), was) << name;
}

// Run where nothing uses IPVS, the modules that the probe needs come and go.
TEST(DoctorRun, TakesOutTheModulesItBroughtIn)
{
    // The kernel cleans up behind the namespaces of other tests in its own time.
    const auto idle = wait_until(Deadline::after(std::chrono::seconds(20)), "ip_vs", "its end", [] {
        for (const auto* module : {"ip_vs_rr", "ip_vs_mh", "ip_vs_wlc", "ip_vs"})
            (void)run({"rmmod", module});
        return !fs::exists("/sys/module/ip_vs");
    });
    ASSERT_OK(idle);
    const auto modules = [] { return run_ok({"sh", "-c", "cut -d' ' -f1 /proc/modules | sort"}); };
    const auto before = modules();
    const auto ran = run({"directorctl", "doctor", "--json"});
    ASSERT_OK(ran);
    const auto report = parse_json(ran->output, "doctor");
    ASSERT_OK(report);
    EXPECT_EQ((*report)["kernel"]["modules_left"].size(), 0U) << ran->output;
    EXPECT_NE((*report)["kernel"]["state"], "inconclusive") << ran->output;
    EXPECT_EQ(*modules(), *before);
}

void expect_refused(const Argv& argv, const std::string& words)
{
    const auto ran = run(argv);
    ASSERT_OK(ran);
    EXPECT_EQ(ran->status, 3);
    EXPECT_EQ(ran->output, "");
    EXPECT_EQ(lines(ran->errors).size(), 1U) << ran->errors;
    EXPECT_NE(ran->errors.find(words), std::string::npos) << ran->errors;
}

TEST(DoctorRun, WhatItCannotLookAtIsOneLine)
{
    expect_refused({"directorctl", "doctor", "--netns", "nope"}, "nope");
    expect_refused({"directorctl", "--netns", "nope", "doctor"}, "nope");
    expect_refused({"directorctl", "doctor", "--bogus"}, "--bogus");
    const Argv nobody = {"setpriv", "--reuid=65534", "--clear-groups"};
    for (const auto* option : {"--json", "--no-probe"}) {
        Argv argv = nobody;
        for (const auto* word : {"directorctl", "doctor", option}) argv.emplace_back(word);
        expect_refused(argv, "root");
    }
}

TEST(DoctorRun, CommandsForANamedNamespaceSaySo)
{
    const auto topology = well_set(true);
    ASSERT_OK(topology);
    run_in_director(*topology, "sysctl -w net.ipv4.vs.sloppy_tcp=0");
    const auto host = topology->host("director");
    ASSERT_OK(host);
    const auto& name = (*host)->name();
    const auto ran = run({"directorctl", "doctor", "--no-probe", "--netns", name});
    ASSERT_OK(ran);
    EXPECT_NE(ran->output.find("# ip netns exec " + name + " sysctl -w net.ipv4.vs.sloppy_tcp=1"),
              std::string::npos)
        << ran->output;
}

} // namespace
} // namespace gueway
