// SPDX-License-Identifier: GPL-2.0-only
#include "sinks.h"

#include "trace/follow_json.h"
#include "util/json.h"

namespace gueway {

Result<void> TextSink::begin(const FollowBegin&)
{
    return {};
}

Result<void> TextSink::step(const Step& step)
{
    return file_.write(steps_.line(step) + "\n");
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

Result<void> JsonSink::step(const Step& step)
{
    return file_.write(dump_json_line(to_json(step)) + "\n");
}

Result<void> PcapSink::begin(const FollowBegin& begin)
{
    log_.emplace(begin.filter, begin.unix_ns, begin.monotonic_ns);
    TRY(file_.write(log_->begin(begin.kernel)));
    return file_.flush();
}

Result<void> PcapSink::step(const Step& step)
{
    return file_.write(log_->step(step));
}

Result<void> JsonSink::end(const FollowReport& report)
{
    TRY(file_.write(dump_json_line(to_json(report)) + "\n"));
    return file_.flush();
}

} // namespace gueway
