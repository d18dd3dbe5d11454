// SPDX-License-Identifier: GPL-2.0-only
#include "sinks.h"

#include "trace/follow_json.h"
#include "util/json.h"

namespace gueway {

Result<void> TextSink::begin(const FollowBegin&)
{
    return {};
}

Result<void> TextSink::below(const std::vector<std::string>& lines)
{
    for (const auto& line : lines) TRY(file_.write("            " + line + "\n"));
    return {};
}

Result<void> TextSink::step(const Step& step, const Judgement* judgement)
{
    TRY(file_.write(steps_.line(step) + "\n"));
    if (headers_) TRY(below(drawings_.lines(step)));
    TRY(below(stack_lines(step)));
    return judgement ? below(lines(*judgement)) : Result<void>{};
}

Result<void> TextSink::end(const FollowReport& report)
{
    TRY(file_.write(text(report)));
    return file_.flush();
}

Result<void> JsonSink::begin(const FollowBegin& begin)
{
    TRY(file_.write(dump_json_line(to_json(begin)) + "\n"));
    return file_.flush();
}

Result<void> JsonSink::step(const Step& step, const Judgement* judgement)
{
    TRY(file_.write(dump_json_line(to_json(step)) + "\n"));
    if (!judgement) return {};
    return file_.write(dump_json_line(to_json(*judgement, step)) + "\n");
}

Result<void> PcapSink::begin(const FollowBegin& begin)
{
    log_.emplace(begin.filter, begin.unix_ns, begin.monotonic_ns);
    TRY(file_.write(log_->begin(begin.kernel)));
    return file_.flush();
}

Result<void> PcapSink::step(const Step& step, const Judgement* judgement)
{
    const auto* verdict = judgement ? &judgement->verdict : nullptr;
    return log_ ? file_.write(log_->step(step, verdict)) : Result<void>{};
}

Result<void> JsonSink::end(const FollowReport& report)
{
    TRY(file_.write(dump_json_line(to_json(report)) + "\n"));
    return file_.flush();
}

} // namespace gueway
