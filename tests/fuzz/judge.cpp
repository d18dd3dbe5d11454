// SPDX-License-Identifier: GPL-2.0-only
// A console's log before the judge. Nothing that a guest printed hides the complaint after it, not
// even when that begins in the middle of a line; a verdict quotes the log and nothing else; and the
// marker of the guest's init ends every doubt, but never makes a complaint of what was none.
#include "lab/judge.h"

#include "fuzz.h"

#include <fmt/format.h>

using namespace gueway;

namespace {

constexpr std::string_view stamp = "[    9.999999] ";
constexpr std::string_view warning = "WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 f+0x1/0x2\n";
constexpr std::string_view panic = "Kernel panic - not syncing: x\n";

void check_quotes(const Verdict& verdict, std::string_view log)
{
    must(verdict.splats > 0, "a splat is counted");
    must(!verdict.what.empty() && !verdict.line.empty(), "a splat has a class and a line");
    must(log.find(verdict.line) != log.npos, "the line is in the log");
    must(!verdict.report.empty(), "a splat has a report");
    for (const auto& line : verdict.report)
        must(log.find(line) != log.npos, "the report is in the log");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string log(text_of(data, size));
    const auto verdict = judge_log(log);
    must(verdict.why.empty() == (verdict.kind != Verdict::Kind::unscannable), "doubt has a reason");
    if (verdict.kind == Verdict::Kind::splat) {
        check_quotes(verdict, log);
    } else {
        const auto marked = fmt::format("{}\n{}{}\n", log, stamp, judge_marker);
        must(judge_log(marked).kind == Verdict::Kind::clean, "the marker ends doubt");
    }
    must(judge_log(fmt::format("{}{}{}", log, stamp, warning)).kind == Verdict::Kind::splat,
         "no log hides the WARN after it");
    must(judge_log(fmt::format("{}{}{}", log, stamp, panic)).panicked,
         "no log hides the panic after it");
    return 0;
}
