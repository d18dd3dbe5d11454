// SPDX-License-Identifier: GPL-2.0-only
// droptrace without --follow: all drops, and the report at the end.
#include "watch.h"

#include "trace/pcap_log.h"
#include "trace/session.h"
#include "util/json.h"
#include "util/module.h"
#include "util/output_file.h"
#include "verdict/judge.h"

namespace gueway {

namespace {

// What a run writes, opened before it begins.
struct Outputs {
    std::optional<OutputFile> text, json, pcap;

    static Result<Outputs> open(const Arguments& arguments)
    {
        Outputs all;
        const bool quiet = arguments.json == "-" || arguments.pcap == "-";
        if (!quiet) all.text = TRY(OutputFile::create("-"));
        if (!arguments.json.empty()) all.json = TRY(OutputFile::create(arguments.json));
        if (!arguments.pcap.empty()) all.pcap = TRY(OutputFile::create(arguments.pcap));
        return all;
    }
    Result<void> print(const DropReport& report)
    {
        if (json) TRY(json->write(dump_json(to_json(report))));
        if (json) TRY(json->flush());
        if (text) TRY(text->write(gueway::text(report)));
        return text ? text->flush() : Result<void>{};
    }
};

Result<void> run(const Arguments& arguments, const std::atomic<bool>& stop)
{
    HostJudge judge;
    SessionOptions options{
        .collector = {.ring = TRY(arguments.ring_bytes()),
                      .only = TRY(select(arguments.only)),
                      .btf = arguments.btf},
        .duration = arguments.duration(),
        .count = arguments.count,
        .debuginfo = arguments.debuginfo,
        .ready = [&](const Collector&) { return arguments.say_ready("Watching drops"); },
        .confine = [&] { return arguments.confine(); }};
    if (!arguments.no_verdicts) options.judge = [&](const auto& way) { return judge.judge(way); };
    auto outputs = TRY(Outputs::open(arguments));
    auto log = PcapLog::now({});
    if (outputs.pcap) {
        TRY(outputs.pcap->write(log.begin(kernel_release())));
        options.drop = [&](const Step& drop, const Verdict* verdict) {
            return outputs.pcap->write(log.step(drop, verdict));
        };
    }
    options.flush = [&] {
        judge.rest();
        return outputs.pcap ? outputs.pcap->flush() : Result<void>{};
    };
    return outputs.print(TRY(run_session(options, stop)));
}

} // namespace

int watch(const Arguments& arguments, const std::atomic<bool>& stop)
{
    const auto done = run(arguments, stop);
    return done ? exit_ok : complain(done.error(), exit_failed);
}

} // namespace gueway
