// SPDX-License-Identifier: GPL-2.0-only
// What directorctl says of itself: --help, the man page and the completion, of which none can know
// less than the others. No guest, no root.
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

constexpr const char* program = "build/bin/directorctl";

std::string output_of(const Argv& arguments)
{
    Argv argv = {program};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const auto outcome = run(argv).value();
    EXPECT_EQ(outcome.status, 0) << quoted(argv) << ": " << outcome.errors;
    return outcome.output;
}

// "check", "worker plan": the first words of the indented lines of --help.
std::vector<std::string> commands()
{
    std::vector<std::string> found;
    for (const auto line : lines(output_of({"--help"}))) {
        if (!line.starts_with("  ") || line.starts_with("  -")) continue;
        const auto name = line.substr(2, line.find("  ", 2) - 2);
        if (!name.empty()) found.emplace_back(name);
    }
    return found;
}

// Spellings of the options in one command's --help.
std::set<std::string> options(const std::string& command)
{
    Argv argv;
    for (const auto word : words(command)) argv.emplace_back(word);
    argv.emplace_back("--help");
    std::set<std::string> found;
    for (const auto word : words(output_of(argv)))
        if (word.starts_with("--") && word.size() > 2) found.emplace(word);
    return found;
}

// What the completion offers behind `line`, whose last word is being typed.
std::set<std::string> completions(const Argv& line)
{
    const auto outcome =
        run({"bash", "-c",
             fmt::format("source <({} completion); COMP_WORDS=({}); COMP_CWORD={}; _directorctl; "
                         "printf '%s\\n' \"${{COMPREPLY[@]}}\"",
                         program, quoted(line), line.size() - 1)})
            .value();
    EXPECT_EQ(outcome.status, 0) << outcome.errors;
    std::set<std::string> found;
    for (const auto each : lines(outcome.output)) found.emplace(each);
    return found;
}

TEST(Directorctl, ManualHasEveryCommandAndOption)
{
    auto manual = output_of({"man"});
    std::erase(manual, '\\');
    ASSERT_GE(commands().size(), 10U);
    for (const auto& command : commands()) {
        EXPECT_NE(manual.find(fmt::format(".SS \"{}\"", command)), std::string::npos) << command;
        for (const auto& option : options(command))
            EXPECT_NE(manual.find("fB" + option), std::string::npos) << command << " " << option;
    }
}

TEST(Directorctl, CompletionOffersEveryCommandAndOption)
{
    for (const auto& command : commands()) {
        Argv line = {"directorctl"};
        for (const auto word : words(command)) {
            line.emplace_back(word.substr(0, 2));
            EXPECT_TRUE(completions(line).contains(std::string(word))) << command;
            line.back() = word;
        }
        line.emplace_back("--");
        const auto offered = completions(line);
        for (const auto& option : options(command))
            EXPECT_TRUE(offered.contains(option)) << command << " " << option;
    }
}

TEST(Directorctl, CompletionKnowsIpvsadmsOptionsAndFiles)
{
    EXPECT_TRUE(completions({"directorctl", "-A", "--tun-t"}).contains("--tun-type"));
    EXPECT_TRUE(completions({"directorctl", "apply", "READ"}).contains("README.md"));
    EXPECT_TRUE(completions({"directorctl", "--netns", "x", "pl"}).contains("plan"));
}

TEST(Directorctl, WrongCommandsAreUsage)
{
    for (const Argv& wrong : {Argv{"nonsense"},
                              {"worker"},
                              {"worker", "nonsense"},
                              {"plan"},
                              {"plan", "--nonsense", "FILE"},
                              {"--netns"},
                              {"--netns="}}) {
        Argv argv = {program};
        argv.insert(argv.end(), wrong.begin(), wrong.end());
        const auto outcome = run(argv).value();
        EXPECT_EQ(outcome.status, 2) << quoted(argv);
        EXPECT_EQ(lines(outcome.errors).size(), 1U) << outcome.errors;
        EXPECT_TRUE(outcome.errors.starts_with("directorctl: ")) << outcome.errors;
    }
}

TEST(Directorctl, GuessesTheCommandThatWasMeant)
{
    EXPECT_EQ(run({program, "wroker", "plan", "FILE"})->errors,
              "directorctl: no command \"wroker\": did you mean worker?\n");
    EXPECT_EQ(run({program, "nonsense"})->errors,
              "directorctl: no command \"nonsense\": see directorctl --help\n");
}

TEST(Directorctl, NetnsInFrontInBothSpellings)
{
    for (const Argv& front : {Argv{"--netns", "no-such"}, {"--netns=no-such"}})
        for (const Argv& behind : {Argv{"show"}, {"-L", "-n"}}) {
            Argv argv = {program};
            argv.insert(argv.end(), front.begin(), front.end());
            argv.insert(argv.end(), behind.begin(), behind.end());
            const auto outcome = run(argv).value();
            EXPECT_EQ(outcome.status, 1) << quoted(argv);
            EXPECT_TRUE(outcome.errors.starts_with("directorctl: network namespace no-such: open "))
                << quoted(argv) << ": " << outcome.errors;
        }
}

} // namespace
} // namespace gueway
