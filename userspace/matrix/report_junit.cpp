// SPDX-License-Identifier: GPL-2.0-only
// The matrix as JUnit XML, as CI systems read it.
#include "matrix/axes.h"
#include "matrix/report.h"
#include "matrix/troubles.h"
#include "report/html.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

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

enum class Verdict : uint8_t { passed, skipped, failure, error };

struct Judged {
    Verdict verdict = Verdict::passed;
    std::string type, message;
};

Judged judged_alone(const CellResult& cell, bool allow_known)
{
    const auto message = first_complaint(cell);
    switch (cell.outcome) {
    case Outcome::passed:
        return {};
    case Outcome::known:
        if (allow_known) return {Verdict::skipped, "", join(cell.bugs, ", ") + ": " + message};
        return {Verdict::failure, join(cell.bugs, ","), message};
    case Outcome::failed:
        return {Verdict::failure, "unexplained", message};
    case Outcome::lost:
        return {Verdict::error, "lost", message};
    }
    return {};
}

// The exit status says the same.
Judged judged(const KernelResult& kernel, const CellResult& cell, const JunitOptions& options)
{
    if (!options.baseline) return judged_alone(cell, options.allow_known);
    const auto change = [&] {
        return fmt::format("{} -> {}", words(*options.baseline->find(kernel, cell.cell)),
                           words(cell));
    };
    switch (options.baseline->against(kernel, cell)) {
    case Against::same:
        if (cell.outcome == Outcome::passed) return {};
        return {Verdict::skipped, "", "as in the baseline: " + words(cell)};
    case Against::better:
        return {Verdict::failure, "better", change() + ": renew the baseline"};
    case Against::worse:
        return {Verdict::failure, "worse", change() + ": " + first_complaint(cell)};
    case Against::added:
    case Against::added_bad:
        return judged_alone(cell, options.allow_known);
    }
    return {};
}

std::string markup(const Judged& judged, const CellResult& cell, std::span<const KnownBug> bugs)
{
    switch (judged.verdict) {
    case Verdict::passed:
        return {};
    case Verdict::skipped:
        return element("skipped", {{"message", judged.message}});
    case Verdict::failure:
    case Verdict::error:
        return element(judged.verdict == Verdict::error ? "error" : "failure",
                       {{"type", judged.type}, {"message", judged.message}},
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

// Those that were there in the baseline too are told, and are no errors.
bool is_error(const KernelResult& kernel, const Trouble& trouble, const JunitOptions& options)
{
    if (!options.baseline) return true;
    const auto added = options.baseline->troubles(kernel);
    return std::ranges::find(added, trouble.name, &Trouble::name) != added.end();
}

struct Totals {
    uint64_t tests = 0, failures = 0, errors = 0, skipped = 0;
};

Totals totals(const KernelResult& kernel, const JunitOptions& options)
{
    const auto beside = troubles(kernel);
    Totals t{.tests = kernel.cells.size() + beside.size()};
    for (const auto& trouble : beside)
        ++(is_error(kernel, trouble, options) ? t.errors : t.skipped);
    for (const auto& cell : kernel.cells) {
        const auto verdict = judged(kernel, cell, options).verdict;
        t.failures += verdict == Verdict::failure;
        t.errors += verdict == Verdict::error;
        t.skipped += verdict == Verdict::skipped;
    }
    return t;
}

std::string trouble_cases(const KernelResult& kernel, const JunitOptions& options)
{
    std::string cases;
    for (const auto& trouble : troubles(kernel)) {
        const auto said =
            is_error(kernel, trouble, options)
                ? element("error", {{"type", trouble.type}, {"message", trouble.text}},
                          escape(join(trouble.details, "\n")))
                : element("skipped", {{"message", "as in the baseline: " + trouble.text}});
        cases +=
            element(
                "testcase",
                {{"classname", title(kernel) + ".guests"}, {"name", trouble.name}, {"time", "0"}},
                said) +
            "\n";
    }
    return cases;
}

// Of cells that were not run; empty: nothing is wrong.
std::string baseline_suite(const Changes& changes, Totals& all)
{
    std::string cases = "\n";
    uint64_t wrong = 0;
    const auto add = [&](const char* type, const std::string& name, const std::string& message) {
        ++wrong;
        cases += element("testcase", {{"classname", "baseline"}, {"name", name}, {"time", "0"}},
                         element("failure", {{"type", type}, {"message", message}})) +
                 "\n";
    };
    for (const auto& one : changes.left_out)
        add("left-out", fmt::format("{} {}", title(*one.kernel), one.rule), text(one));
    if (changes.compared == 0) add("nothing-compared", "compared", "it has none of these cells");
    if (wrong == 0) return {};
    all.tests += wrong;
    all.failures += wrong;
    return element("testsuite",
                   {{"name", "baseline"}, {"tests", number(wrong)}, {"failures", number(wrong)}},
                   cases) +
           "\n";
}

std::string suite(const KernelResult& kernel, std::span<const KnownBug> bugs,
                  const JunitOptions& options)
{
    const auto t = totals(kernel, options);
    std::string cases = "\n";
    for (const auto& cell : kernel.cells)
        cases += element("testcase",
                         {{"classname", class_of(kernel, cell.cell)},
                          {"name", name(cell.cell)},
                          {"time", "0"}},
                         markup(judged(kernel, cell, options), cell, bugs)) +
                 "\n";
    cases += trouble_cases(kernel, options);
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

std::string junit_xml(const MatrixResult& result, std::span<const KnownBug> bugs,
                      const JunitOptions& options)
{
    Totals all;
    std::string suites = "\n";
    for (const auto& kernel : result.kernels) {
        const auto t = totals(kernel, options);
        all.tests += t.tests;
        all.failures += t.failures;
        all.errors += t.errors;
        suites += suite(kernel, bugs, options);
    }
    if (options.changes) suites += baseline_suite(*options.changes, all);
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
