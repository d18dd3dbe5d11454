// SPDX-License-Identifier: GPL-2.0-only
// What droptrace --follow writes.
#pragma once

#include "trace/follow_session.h"
#include "trace/header_drawing.h"
#include "trace/pcap_log.h"
#include "trace/step_text.h"
#include "util/output_file.h"

#include <optional>

namespace gueway {

// A line for each step, and the counts.
class TextSink : public FollowSink {
public:
    TextSink(OutputFile file, bool headers) : file_(std::move(file)), headers_(headers) {}
    Result<void> begin(const FollowBegin& begin) override;
    Result<void> step(const Step& step, const Judgement* judgement) override;
    Result<void> flush() override { return file_.flush(); }
    Result<void> end(const FollowReport& report) override;

private:
    Result<void> below(const std::vector<std::string>& lines);

    OutputFile file_;
    bool headers_; // are drawn when they moved
    StepText steps_;
    HeaderDrawings drawings_;
};

// gueway.follow/1.
class JsonSink : public FollowSink {
public:
    explicit JsonSink(OutputFile file) : file_(std::move(file)) {}
    Result<void> begin(const FollowBegin& begin) override;
    Result<void> step(const Step& step, const Judgement* judgement) override;
    Result<void> flush() override { return file_.flush(); }
    Result<void> end(const FollowReport& report) override;

private:
    OutputFile file_;
};

// Packets for Wireshark.
class PcapSink : public FollowSink {
public:
    explicit PcapSink(OutputFile file) : file_(std::move(file)) {}
    Result<void> begin(const FollowBegin& begin) override;
    Result<void> step(const Step& step, const Judgement* judgement) override;
    Result<void> flush() override { return file_.flush(); }
    Result<void> end(const FollowReport&) override { return file_.flush(); }

private:
    OutputFile file_;
    std::optional<PcapLog> log_; // from the beginning on
};

} // namespace gueway
