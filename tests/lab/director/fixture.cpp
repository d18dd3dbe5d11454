// SPDX-License-Identifier: GPL-2.0-only
#include "fixture.h"

#include <algorithm>
#include <tuple>

#include <unistd.h>

namespace gueway {

void DirectorTest::SetUp()
{
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    std::ignore = run({"modprobe", "-q", "-a", "ip_vs", "dummy"});
    if (!fs::exists("/proc/net/ip_vs")) {
        // By the name that the guest's init gives it.
        if (trim(read_file("/proc/sys/kernel/hostname").value_or("")) == "netlab")
            FAIL() << "the guest has no IPVS";
        GTEST_SKIP() << "this kernel has no IPVS";
    }
    name_ = "gwdirector" + std::to_string(::getpid());
    auto files = TempDir::make();
    ASSERT_TRUE(files) << files.error().text();
    files_ = std::make_unique<TempDir>(std::move(*files));
    renew();
}

void DirectorTest::renew()
{
    where_.reset();
    auto made = Namespace::create(name_);
    ASSERT_TRUE(made) << made.error().text();
    where_ = std::make_unique<Namespace>(std::move(*made));
}

Outcome DirectorTest::in(const Argv& argv) const
{
    auto outcome = where_->in([&] { return run(argv); });
    EXPECT_TRUE(outcome) << outcome.error().text();
    return outcome.value_or(Outcome{.status = -1, .output = {}, .errors = {}});
}

std::string DirectorTest::ok(const Argv& argv) const
{
    const auto outcome = in(argv);
    EXPECT_EQ(outcome.status, 0) << quoted(argv) << ": " << outcome.errors;
    return outcome.output;
}

std::string DirectorTest::file(const std::string& yaml)
{
    const auto path = files_->path() / (std::to_string(std::hash<std::string>()(yaml)) + ".yaml");
    EXPECT_TRUE(write_file(path, yaml));
    return path;
}

Argv DirectorTest::command(const std::string& verb, const std::string& file, const Argv& options)
{
    Argv argv = {"directorctl", verb, file};
    argv.insert(argv.end(), options.begin(), options.end());
    return argv;
}

Outcome DirectorTest::directorctl(const std::string& verb, const std::string& yaml,
                                  const Argv& options)
{
    return in(command(verb, file(yaml), options));
}

void DirectorTest::apply(const std::string& yaml, const Argv& options)
{
    Argv with_yes = options;
    with_yes.emplace_back("--yes");
    const auto applied = directorctl("apply", yaml, with_yes);
    EXPECT_EQ(applied.status, 0) << applied.errors;
    Argv detailed = options;
    detailed.emplace_back("--detailed-exitcode");
    const auto plan = directorctl("plan", yaml, detailed);
    EXPECT_EQ(plan.status, 0) << plan.output << plan.errors;
}

std::string DirectorTest::saved() const
{
    const auto output = ok({"ipvsadm", "-Sn"});
    auto all = lines(output);
    std::ranges::sort(all);
    std::string sorted;
    for (const auto line : all) sorted += std::string(line) + "\n";
    return sorted;
}

// Services sorted, each with its workers below it.
std::string DirectorTest::listed() const
{
    const auto output = ok({"ipvsadm", "-Ln", "--nosort", "--tun-info"});
    std::vector<std::string> services;
    for (const auto line : lines(output)) {
        if (services.empty() || !line.starts_with("  ->")) services.emplace_back();
        services.back() += std::string(line) + "\n";
    }
    std::ranges::sort(services);
    return join(services, "");
}

std::string DirectorTest::everything() const
{
    return saved() + listed() +
           ok({"sh", "-c",
               "ip -br address show scope global; ip -4 route; ip -6 route; "
               "ip -d -o link show type ipip | sed 's/^[0-9]*//'; " // without the index
               "grep . /proc/sys/net/ipv4/vs/* 2>&1"});
}

} // namespace gueway
