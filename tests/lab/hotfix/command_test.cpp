// SPDX-License-Identifier: GPL-2.0-only
// directorctl hotfix, as an operator uses it: on kernels that need the module and those that do
// not, with connections open, and where it cannot work.
#include "hotfix/counts.h"
#include "link/namespace.h"
#include "link/sysctl.h"
#include "tests/running_director.h"
#include "util/brought_module.h"
#include "util/module.h"

#include <memory>

#include <gtest/gtest.h>

namespace gueway {
namespace {

bool loaded()
{
    return fs::exists("/sys/module/gueway_hotfix");
}

Outcome hotfix_command(const Argv& arguments, const Argv& in_front = {})
{
    Argv argv = in_front;
    argv.insert(argv.end(), {"directorctl", "hotfix"});
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const auto done = run(argv);
    EXPECT_TRUE(done) << done.error().text();
    return done.value_or(Outcome{.status = -1});
}

// Fails with one line that has these words, and the module is as it was.
void expect_refused(const Outcome& outcome, const std::vector<std::string>& words)
{
    EXPECT_EQ(outcome.status, 1) << outcome.output << outcome.errors;
    EXPECT_EQ(lines(outcome.errors).size(), 1U) << outcome.errors;
    for (const auto& word : words)
        EXPECT_NE(outcome.errors.find(word), std::string::npos) << word << ": " << outcome.errors;
    EXPECT_FALSE(loaded());
}

void expect_done(const Outcome& outcome, const std::string& word)
{
    EXPECT_EQ(outcome.status, 0) << outcome.errors;
    EXPECT_NE(outcome.output.find(word), std::string::npos) << outcome.output;
}

class Command : public testing::Test {
protected:
    void SetUp() override
    {
        auto made = InstalledModule::install(hotfix::module_name);
        ASSERT_OK(made);
        installed_ = std::make_unique<InstalledModule>(std::move(*made));
    }
    void TearDown() override
    {
        if (!loaded()) return;
        EXPECT_TRUE(unload_module(hotfix::module_name));
    }
    std::unique_ptr<InstalledModule> installed_;
};

TEST_F(Command, TurnsOnOnlyWhereTheKernelNeedsIt)
{
    auto director = RunningDirector::start(on_mlx5ish());
    ASSERT_OK(director);
    const auto dropped = director->dropped(4);
    ASSERT_OK(dropped);
    if (*dropped == 0) {
        expect_refused(hotfix_command({"on"}), {"this kernel is fixed", "--force"});
        expect_done(hotfix_command({"on", "--force"}), "loaded");
        EXPECT_TRUE(loaded());
        return;
    }
    expect_done(hotfix_command({"status"}), "not loaded");
    expect_done(hotfix_command({"on"}), "loaded: large packets get through");
    EXPECT_TRUE(loaded());
    EXPECT_EQ(director->dropped(4).value_or(1), 0U);
    expect_done(hotfix_command({"on"}), "nothing was changed");
    expect_done(hotfix_command({"status"}), "loaded, version 1");
    expect_done(hotfix_command({"off"}), "unloaded");
    EXPECT_FALSE(loaded());
    EXPECT_GT(director->dropped(4).value_or(0), 0U);
    expect_done(hotfix_command({"off"}), "nothing was changed");
}

// modprobe loads the module and then takes away what the second look needs: the module goes again.
TEST_F(Command, WhatCannotBeTriedAnyMoreIsUnloaded)
{
    constexpr const char* limit = "user.max_net_namespaces";
    const fs::path rule = "/etc/modprobe.d/gueway_test.conf";
    const auto host = Namespace::current();
    ASSERT_OK(host);
    const auto usual = sysctl(*host, limit);
    ASSERT_OK(usual);
    ASSERT_OK(make_directories(rule.parent_path()));
    ASSERT_OK(write_file(
        rule, fmt::format("install {0} modprobe --ignore-install {0} && sysctl -w {1}=0\n",
                          hotfix::module_name, limit)));
    const Defer as_before([&] {
        std::error_code ignored;
        fs::remove(rule, ignored);
        EXPECT_TRUE(set_sysctl(*host, limit, *usual));
    });
    const auto done = hotfix_command({"on"});
    EXPECT_EQ(done.status, 1) << done.output;
    EXPECT_FALSE(loaded());
    // A fixed kernel was refused before anything was loaded.
    const bool needed = done.errors.find("this kernel is fixed") == std::string::npos;
    if (needed) expect_refused(done, {"could not be tried", "it is unloaded again"});
    EXPECT_EQ(sysctl(*host, limit).value_or("") == "0", needed) << "whether modprobe was called";
}

TEST_F(Command, StatusHasTheCountsOfEachNamespace)
{
    auto director = RunningDirector::start(on_mlx5ish());
    ASSERT_OK(director);
    expect_done(hotfix_command({"on", "--force"}), "loaded");
    ASSERT_OK(director->dropped(4));
    const auto host = director->topology().host("director");
    ASSERT_OK(host);
    const auto found = hotfix::counts(**host);
    ASSERT_OK(found);
    const auto counted = found->value_or(hotfix::Counts{});
    EXPECT_GT(counted.seen, 0U);
    const auto status = parse_json(hotfix_command({"status", "--json"}).output, "status");
    ASSERT_OK(status);
    EXPECT_EQ((*status)["loaded"], true);
    unsigned met = 0;
    for (const auto& each : (*status)["namespaces"]) {
        if (each["name"] != (*host)->name()) continue;
        ++met;
        EXPECT_EQ(each["seen"], counted.seen);
        EXPECT_EQ(each["right"], counted.right);
        EXPECT_EQ(each["repaired"], counted.repaired);
    }
    EXPECT_EQ(met, 1U) << dump_json(*status);
    expect_done(hotfix_command({"status"}), (*host)->name());
}

class CommandUnderTraffic : public Command, public testing::WithParamInterface<EncapType> {};

// All of them carry requests whose payload is hashed at both ends, throughout.
TEST_P(CommandUnderTraffic, NoneOfAThousandConnectionsNoticesButForTheBug)
{
    constexpr unsigned connections = 1000;
    auto options = on_mlx5ish();
    if (GetParam() == EncapType::gre) options.encap = {.type = EncapType::gre};
    auto director = RunningDirector::start(options);
    ASSERT_OK(director);
    ASSERT_OK(director->open_connections(4, connections));
    for (int i = 0; i < 2; ++i) {
        expect_done(hotfix_command({"on", "--force"}), "loaded");
        ASSERT_OK(director->wait_forwarded(connections));
        expect_done(hotfix_command({"off"}), "unloaded");
        ASSERT_OK(director->wait_forwarded(connections));
    }
    expect_done(hotfix_command({"on", "--force"}), "loaded");
    const auto report = director->finish();
    ASSERT_OK(report);
    fmt::print("{}\n", flow::summary(*report));
    EXPECT_TRUE(report->clean()) << flow::summary(*report);
    EXPECT_GE(report->ok, connections);
    EXPECT_EQ(report->tcp.connections, connections) << flow::summary(*report);
}

// Names that begin with "Whole" are for `make check-all`.
INSTANTIATE_TEST_SUITE_P(Encap, CommandUnderTraffic, testing::Values(EncapType::gre),
                         [](const auto& info) { return std::string(name(info.param)); });
INSTANTIATE_TEST_SUITE_P(WholeEncap, CommandUnderTraffic, testing::Values(EncapType::gue),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST_F(Command, NeedsRootAndSaysSo)
{
    const Argv nobody = {"setpriv", "--reuid", "65534", "--clear-groups", "--"};
    expect_refused(hotfix_command({"on"}, nobody), {"needs root"});
    expect_refused(hotfix_command({"on", "--force"}, nobody), {"needs root (CAP_SYS_MODULE)"});
    expect_done(hotfix_command({"on", "--force"}), "loaded");
    const auto off = hotfix_command({"off"}, nobody);
    EXPECT_EQ(off.status, 1);
    EXPECT_NE(off.errors.find("unload"), std::string::npos) << off.errors;
    EXPECT_NE(off.errors.find("needs root (CAP_SYS_MODULE)"), std::string::npos) << off.errors;
    EXPECT_TRUE(loaded());
}

TEST(CommandWithoutModule, NamesWhatInstallsIt)
{
    expect_refused(hotfix_command({"on", "--force"}),
                   {"none is installed for kernel " + kernel_release(), "make install-hotfix"});
    expect_done(hotfix_command({"status"}), "nor installed: make install-hotfix");
}

TEST(CommandWithoutModule, ModuleOfAnotherKernelIsNamedAsSuch)
{
    auto bytes = read_file(brought_module(hotfix::module_name));
    ASSERT_OK(bytes);
    // "vermagic=6.1.0-56-cloud-amd64 SMP ...": with symbol versions the kernel passes over the
    // release, not over how it is built.
    const auto magic = bytes->find("vermagic=");
    ASSERT_NE(magic, std::string::npos);
    const auto built = bytes->find(" SMP", magic);
    ASSERT_NE(built, std::string::npos);
    (*bytes)[built + 1] = 'U';
    const auto installed = InstalledModule::install(hotfix::module_name, *bytes);
    ASSERT_OK(installed);
    expect_refused(hotfix_command({"on", "--force"}),
                   {"built for another kernel than " + kernel_release(), "make install-hotfix"});
}

} // namespace
} // namespace gueway
