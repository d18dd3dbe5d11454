// SPDX-License-Identifier: GPL-2.0-only
// The matrix as JUnit XML, as CI systems read it.
#include "matrix/axes.h"
#include "matrix/report.h"
#include "report/html.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

std::string joined(const std::vector<std::string>& lines, std::string_view separator)
{
    std::string out;
    for (const auto& line : lines) {
        if (!out.empty()) out += separator;
        out += line;
    }
    return out;
}

std::string packets_text(std::string_view what, const std::vector<Packet>& packets)
{
    std::string out;
    for (const auto& packet : packets)
        out += fmt::format("{} at {}: {}\n", what, packet.where, packet.text);
    return out;
}

std::string details(const CellResult& cell, std::span<const KnownBug> bugs)
{
    std::string out;
    for (const auto& id : cell.bugs) {
        const auto bug = std::ranges::find(bugs, id, &KnownBug::id);
        if (bug != bugs.end())
            out += fmt::format("{}: {}; fix: {}; first good: {}\n", id, bug->title,
                               bug->fix.empty() ? "none is known" : bug->fix,
                               bug->fixed_in.empty() ? "none" : bug->fixed_in);
    }
    for (const auto& line : cell.complaints) out += line + "\n";
    out += packets_text("expected", cell.expected) + packets_text("seen", cell.seen);
    for (const auto& line : cell.accounts) out += "counted: " + line + "\n";
    return out;
}

std::string first_complaint(const CellResult& cell)
{
    return cell.complaints.empty() ? std::string(name(cell.outcome)) : cell.complaints.front();
}

std::string verdict(const CellResult& cell, std::span<const KnownBug> bugs, bool allow_known)
{
    const auto message = first_complaint(cell);
    switch (cell.outcome) {
    case Outcome::passed:
        return {};
    case Outcome::known:
        if (allow_known)
            return element("skipped", {{"message", joined(cell.bugs, ", ") + ": " + message}});
        return element("failure", {{"type", joined(cell.bugs, ",")}, {"message", message}},
                       escape(details(cell, bugs)));
    case Outcome::failed:
        return element("failure", {{"type", "unexplained"}, {"message", message}},
                       escape(details(cell, bugs)));
    case Outcome::lost:
        return element("error", {{"type", "lost"}, {"message", message}},
                       escape(details(cell, bugs)));
    }
    return {};
}

// "gue.wire.tcp-gso", for those who fold by class.
std::string class_of(const KernelResult& kernel, const Cell& cell)
{
    const auto v = values(cell);
    auto out = title(kernel);
    for (const auto axis : {Axis::tunnel, Axis::underlay, Axis::l4})
        out += fmt::format(".{}", value_names(axis)[v[static_cast<size_t>(axis)]]);
    return out;
}

std::string number(uint64_t value)
{
    return std::to_string(value);
}

struct Totals {
    uint64_t tests = 0, failures = 0, errors = 0, skipped = 0;
};

Totals totals(const KernelResult& kernel, bool allow_known)
{
    const auto counts = count(kernel.cells);
    const auto known = counts[Outcome::known];
    const uint64_t guests = kernel.deaths.size() + (kernel.stopped.empty() ? 0 : 1);
    return {counts.all() + guests, counts[Outcome::failed] + (allow_known ? 0 : known),
            counts[Outcome::lost] + guests, allow_known ? known : 0};
}

std::string guest_case(const KernelResult& kernel, const std::string& name, const char* type,
                       const std::string& message, const std::string& details)
{
    return element("testcase",
                   {{"classname", title(kernel) + ".guests"}, {"name", name}, {"time", "0"}},
                   element("error", {{"type", type}, {"message", message}}, escape(details))) +
           "\n";
}

// What is no cell's: guests that died, and a run that ended early.
std::string guest_cases(const KernelResult& kernel)
{
    std::string cases;
    size_t i = 0;
    for (const auto& death : kernel.deaths)
        cases += guest_case(kernel, fmt::format("death {}", ++i), "death", text(death),
                            joined(death.splats, "\n"));
    if (!kernel.stopped.empty())
        cases += guest_case(kernel, "all cells", "stopped", kernel.stopped, kernel.stopped);
    return cases;
}

std::string suite(const KernelResult& kernel, std::span<const KnownBug> bugs, bool allow_known)
{
    const auto t = totals(kernel, allow_known);
    std::string cases = "\n";
    for (const auto& cell : kernel.cells)
        cases += element("testcase",
                         {{"classname", class_of(kernel, cell.cell)},
                          {"name", name(cell.cell)},
                          {"time", "0"}},
                         verdict(cell, bugs, allow_known)) +
                 "\n";
    cases += guest_cases(kernel);
    return element("testsuite",
                   {{"name", fmt::format("{} ({})", title(kernel), kernel.release)},
                    {"tests", number(t.tests)},
                    {"failures", number(t.failures)},
                    {"errors", number(t.errors)},
                    {"skipped", number(t.skipped)},
                    {"time", fmt::format("{:.3f}", kernel.seconds)}},
                   cases) +
           "\n";
}

} // namespace

std::string junit_xml(const MatrixResult& result, std::span<const KnownBug> bugs, bool allow_known)
{
    Totals all;
    std::string suites = "\n";
    for (const auto& kernel : result.kernels) {
        const auto t = totals(kernel, allow_known);
        all.tests += t.tests;
        all.failures += t.failures;
        all.errors += t.errors;
        suites += suite(kernel, bugs, allow_known);
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
           element("testsuites",
                   {{"name", "gsobench matrix"},
                    {"tests", number(all.tests)},
                    {"failures", number(all.failures)},
                    {"errors", number(all.errors)}},
                   suites) +
           "\n";
}

} // namespace gueway::matrix
