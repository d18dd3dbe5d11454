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

std::string DirectorTest::file(const std::string& content) const
{
    const auto path =
        files_->path() / (std::to_string(std::hash<std::string>()(content)) + ".yaml");
    EXPECT_TRUE(write_file(path, content));
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

namespace {

// Of the calling thread's namespace. Lines of services and their workers, services sorted, as the
// kernel hashes them; what runs through a worker does not count.
std::string listed()
{
    const auto table = read_file("/proc/thread-self/net/ip_vs").value_or("");
    std::vector<std::string> services;
    for (const auto line : lines(table)) {
        if (services.empty() || !line.starts_with("  ->")) services.emplace_back();
        services.back() += std::string(line) + "\n";
    }
    std::ranges::sort(services);
    return join(services, "");
}

std::string sysctls()
{
    std::vector<std::string> all;
    for (const auto& each : fs::directory_iterator("/proc/sys/net/ipv4/vs"))
        all.push_back(each.path().filename().string() + " = " +
                      read_file(each.path()).value_or("cannot be read\n"));
    std::ranges::sort(all);
    return join(all, "");
}

// Devices have other numbers each time.
std::string without_indices(const std::string& text)
{
    std::string out;
    for (auto line : lines(text)) {
        line.remove_prefix(std::min(line.find_first_not_of("0123456789"), line.size()));
        out += std::string(line) + "\n";
    }
    return out;
}

} // namespace

// As few programs as can be: in an emulated guest the start of one takes 50 ms.
std::string DirectorTest::everything() const
{
    const auto questions = file("link show type ipip\nroute show\n");
    return saved() + where_->in([] { return listed() + sysctls(); }).value_or("?") +
           without_indices(ok({"ip", "-details", "-oneline", "-batch", questions})) +
           ok({"ip", "-brief", "address", "show", "scope", "global"}) + ok({"ip", "-6", "route"});
}

} // namespace gueway
