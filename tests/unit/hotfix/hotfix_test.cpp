// SPDX-License-Identifier: GPL-2.0-only
#include "hotfix/counts.h"
#include "hotfix/module.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace gueway::hotfix {
namespace {

TEST(Counts, AreThreeNumbers)
{
    const auto counts = parse_counts("7 4 3\n").value_or(Counts{});
    EXPECT_EQ(counts.seen, 7U);
    EXPECT_EQ(counts.right, 4U);
    EXPECT_EQ(counts.repaired, 3U);
    for (const char* other : {"", "1 2\n", "1 2 3 4\n", "1 2 x\n", "1 -2 3\n"})
        EXPECT_FALSE(parse_counts(other)) << other;
}

TEST(Lockdown, IsTheModeInBrackets)
{
    EXPECT_EQ(chosen("[none] integrity confidentiality\n"), "none");
    EXPECT_EQ(chosen("none [integrity] confidentiality\n"), "integrity");
    EXPECT_EQ(chosen(""), "");
    EXPECT_EQ(chosen("]["), "");
}

struct Row {
    Refusal refusal;
    int code;
    const char* detail;
    const char* remedy;
};

const std::string front = "modprobe: ERROR: could not insert 'gueway_hotfix': ";
const Row rows[] = {
    {{"modprobe: FATAL: Module gueway_hotfix not found in directory /lib/modules/6.1.0-9", "none",
      "6.1.0-9"},
     ENOENT,
     "none is installed for kernel 6.1.0-9",
     "make install-hotfix"},
    {{front + "Operation not permitted", "none", "6.1.0-9"}, EPERM, "", "needs root"},
    {{front + "Operation not permitted", "", "6.1.0-9"}, EPERM, "", "needs root"},
    {{front + "Operation not permitted", "integrity", "6.1.0-9"},
     EPERM,
     "locked down (integrity)",
     "mitigate on"},
    {{front + "Key was rejected by service", "none", "6.1.0-9"},
     EKEYREJECTED,
     "signature",
     "mokutil"},
    {{front + "Exec format error", "none", "6.1.0-9"},
     ENOEXEC,
     "another kernel than 6.1.0-9",
     "make install-hotfix"},
    {{front + "Cannot allocate memory", "none", "6.1.0-9"}, ENOMEM, "Cannot allocate", "dmesg"},
    {{"modprobe: something new", "none", "6.1.0-9"}, 0, "something new", "dmesg"},
};

TEST(Refusal, IsExplainedWithWhatToDo)
{
    for (const auto& [refusal, code, detail, remedy] : rows) {
        const auto failed = explain(refusal);
        EXPECT_EQ(failed.code, code) << refusal.words;
        EXPECT_NE(failed.detail.find(detail), std::string::npos) << failed.text();
        EXPECT_NE(failed.remedy.find(remedy), std::string::npos) << failed.text();
        EXPECT_EQ(failed.text().find('\n'), std::string::npos);
    }
}

} // namespace
} // namespace gueway::hotfix
