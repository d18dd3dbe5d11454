// SPDX-License-Identifier: GPL-2.0-only
#include "lab/suite.h"

#include "lab/build.h"
#include "lab/opinion.h"
#include "util/brought_module.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>

namespace gueway {

namespace {

std::string_view lane_name(Lane lane)
{
    return lane == Lane::exact ? "exact" : "smp";
}

Result<SuiteRow> parse_row(std::string_view line, const std::string& where)
{
    const auto w = words(line);
    if (w.size() < 4)
        return error(where, "read row", "\"" + std::string(line) + "\"",
                     "want PROGRAM KERNEL IP_VS LANE [ADD...]");
    const auto ip_vs = parse_variant(w[2]);
    if (!ip_vs)
        return error(where, "read ip_vs", std::string(w[2]), "stock, vulnerable or patched");
    if (w[3] != "smp" && w[3] != "exact")
        return error(where, "read lane", std::string(w[3]), "smp or exact");
    SuiteRow row{std::string(w[0]),
                 std::string(w[1]),
                 *ip_vs,
                 w[3] == "exact" ? Lane::exact : Lane::smp,
                 {},
                 {}};
    for (const auto word : std::span(w).subspan(4))
        if (word.starts_with(filter_mark))
            row.filter = word.substr(1);
        else
            row.add.emplace_back(word);
    return row;
}

// What all tests of a guest must name: the large layers, and what its kernel is told.
std::set<std::string> demands_of(const SuiteRow& row)
{
    std::set<std::string> found;
    for (const auto& add : row.add)
        if (add.starts_with(opinion_mark) || add.starts_with(kernel_mark)) found.insert(add);
    return found;
}

bool share_a_guest(const SuiteRow& a, const SuiteRow& b)
{
    return a.kernel == b.kernel && a.ip_vs == b.ip_vs && a.lane == b.lane &&
           demands_of(a) == demands_of(b);
}

Result<std::vector<std::string>> tests_of(const fs::path& program, const std::string& filter)
{
    return parse_test_list(
        TRY(run_ok({program, "--gtest_list_tests", "--gtest_filter=" + filter}, "make programs")));
}

// The modules of a directory, built for that kernel, for the guest.
Result<Extra> modules_extra(const std::string& kernel, const std::string& directory)
{
    return Extra{TRY(build_modules(TRY(find_kernel(kernel)), fs::absolute(directory))),
                 brought_modules};
}

// The commands of a group; `names` gets the test's name for each.
Result<RunSpec> make_spec(const std::vector<SuiteRow>& rows, const SuiteOptions& options)
{
    const auto& first = rows.front();
    RunSpec spec{.kernel = first.kernel, .ip_vs = first.ip_vs, .lane = first.lane};
    spec.timeout = options.timeout;
    std::set<std::string> added;
    for (const auto& row : rows) {
        const auto guest_path = "/usr/local/bin/" + row.program + "-test";
        spec.extras.push_back({options.programs / row.program, guest_path});
        for (const auto& add : row.add) {
            if (!added.insert(add).second) continue;
            if (add.starts_with(kernel_mark))
                spec.kernel_words.push_back(add.substr(1));
            else
                spec.extras.push_back(TRY(extra_for(row.kernel, add)));
        }
        const auto& filter = row.filter.empty() ? options.filter : row.filter;
        const auto tests = TRY(tests_of(options.programs / row.program, filter));
        if (tests.empty() && !row.filter.empty())
            return error(row.program, "choose tests", row.filter, "it has none of that name");
        for (const auto& test : tests)
            spec.commands.push_back({fmt::format("{}: {} on {} ({}, {})", row.program, test,
                                                 row.kernel, text(row.ip_vs), lane_name(row.lane)),
                                     {guest_path, "--gtest_filter=" + test}});
    }
    return spec;
}

// What a skipped test gave as its reason: the lines before GoogleTest's own.
std::string skip_reason(std::string_view output)
{
    std::string reason;
    for (const auto line : lines(output))
        if (!line.starts_with("[") && !line.starts_with("Note:") && !trim(line).empty() &&
            !line.starts_with("Running main()") && line.find(": Skipped") == line.npos)
            reason += (reason.empty() ? "" : " ") + std::string(trim(line));
    return reason;
}

} // namespace

Result<Extra> extra_for(const std::string& kernel, const std::string& add)
{
    return add.starts_with(modules_mark) ? modules_extra(kernel, add.substr(1)) : parse_extra(add);
}

Result<std::vector<SuiteRow>> parse_suite(std::string_view text, const std::string& source)
{
    std::vector<SuiteRow> rows;
    size_t number = 0;
    for (const auto line : lines(text)) {
        ++number;
        const auto content = trim(line.substr(0, line.find('#')));
        if (content.empty()) continue;
        auto row = TRY(parse_row(content, fmt::format("{}:{}", source, number)));
        if (row.kernel != "all") {
            rows.push_back(std::move(row));
            continue;
        }
        for (const auto& known : catalogue()) {
            row.kernel = known.name;
            rows.push_back(row);
        }
    }
    return rows;
}

std::vector<std::vector<SuiteRow>> group(const std::vector<SuiteRow>& rows)
{
    std::vector<std::vector<SuiteRow>> groups;
    for (const auto& row : rows) {
        const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& g) {
            return share_a_guest(g.front(), row);
        });
        if (same == groups.end())
            groups.push_back({row});
        else
            same->push_back(row);
    }
    return groups;
}

// "Suite." at the margin, then its tests indented by two; a type or value parameter after "  # ".
std::vector<std::string> parse_test_list(std::string_view listing)
{
    std::vector<std::string> tests;
    std::string_view suite;
    for (const auto line : lines(listing)) {
        const auto name = trim(line.substr(0, line.find('#')));
        if (line.starts_with("  "))
            tests.push_back(std::string(suite) + std::string(name));
        else if (name.ends_with('.'))
            suite = name;
    }
    return tests;
}

// "1234 ms" of GoogleTest's closing line, "... ran. (1234 ms total)".
static std::string time_told(const std::string& output)
{
    const size_t end = output.rfind(" total)");
    const size_t begin = end == std::string::npos ? end : output.rfind('(', end);
    return begin == std::string::npos ? "" : output.substr(begin + 1, end - begin - 1);
}

TestResult judge_test(const CommandResult& command, const std::string& name)
{
    using Kind = TestResult::Kind;
    if (command.lab != LabStatus::ok)
        return {name, Kind::failed,
                fmt::format("{} ({})\n{}{}", text(command.lab), command.why, command.output,
                            command.errors)};
    if (command.status != 0) return {name, Kind::failed, command.output + command.errors};
    if (command.output.find("[  SKIPPED ] 1 test") != std::string::npos)
        return {name, Kind::skipped, skip_reason(command.output)};
    if (command.output.find("[  PASSED  ] 1 test") == std::string::npos)
        return {name, Kind::failed, "ran no test\n" + command.output + command.errors};
    return {name, Kind::passed, time_told(command.output)};
}

Result<void> run_group(const std::vector<SuiteRow>& rows, const SuiteOptions& options,
                       const std::function<void(const TestResult&)>& done)
{
    const auto spec = TRY(make_spec(rows, options));
    if (spec.commands.empty()) return {};
    const auto report = TRY(run_in_lab(spec, {}));
    for (const auto& command : report.commands) {
        auto result = judge_test(command, command.command.id);
        if (command.lab != LabStatus::ok)
            for (const auto& guest : report.guests)
                if (guest.verdict.kind != Verdict::Kind::clean || !guest.ended)
                    result.words += "\n" + guest.console;
        done(result);
    }
    return {};
}

} // namespace gueway
