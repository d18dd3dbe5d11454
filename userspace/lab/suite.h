// SPDX-License-Identifier: GPL-2.0-only
// The lab tests: GoogleTest programs that run inside guests, declared in one table. Equal
// declarations share a guest; each test of a program is a command of its own, so that a test that
// kills its guest fails alone.
#pragma once

#include "lab/run.h"

#include <chrono>
#include <string>
#include <vector>

namespace gueway {

// One line of the table: PROGRAM KERNEL IP_VS LANE [ADD...], blank lines and # comments aside.
// KERNEL "all" means every kernel of the catalogue.
struct SuiteRow {
    std::string program;
    std::string kernel;
    Variant ip_vs = Variant::stock;
    Lane lane = Lane::smp;
    std::vector<std::string> add; // as --add takes them, or DIRECTORY of modules behind a +,
                                  // or a word for the kernel's command line behind a %
    std::string filter;           // of its tests, for GoogleTest; empty: the command's
};
// "+kernel/hotfix": its modules, built for the row's kernel, are in /lib/gueway of the guest.
constexpr char modules_mark = '+';
// "%lockdown=integrity": only rows that say so too share the guest.
constexpr char kernel_mark = '%';
// "?Whole*": only those tests, of which there must be one, whatever the command says.
constexpr char filter_mark = '?';
// Something to take into a guest of that kernel: as parse_extra() takes it, or such a directory.
Result<Extra> extra_for(const std::string& kernel, const std::string& add);
Result<std::vector<SuiteRow>> parse_suite(std::string_view text, const std::string& source);

// Rows that can share a guest, in the table's order.
std::vector<std::vector<SuiteRow>> group(const std::vector<SuiteRow>& rows);

// The tests of a GoogleTest program, "Suite.Name", from what --gtest_list_tests prints.
std::vector<std::string> parse_test_list(std::string_view listing);

struct TestResult {
    enum class Kind { passed, failed, skipped };
    std::string name; // "topology: Suite.Name on 6.1 (stock, smp)"
    Kind kind = Kind::failed;
    std::string words; // failed: its output or the lab's; skipped: the reason; passed: its time
};

// How a test's command ended, as a test result.
TestResult judge_test(const CommandResult& command, const std::string& name);

struct SuiteOptions {
    fs::path programs;                        // directory of the test programs
    std::string filter = "*";                 // of GoogleTest, for rows without one
    std::chrono::milliseconds timeout{60000}; // of each boot, and of each test
};

// Runs a group in as many guests as it takes; `done` is told each result as it comes.
Result<void> run_group(const std::vector<SuiteRow>& rows, const SuiteOptions& options,
                       const std::function<void(const TestResult&)>& done);

} // namespace gueway
