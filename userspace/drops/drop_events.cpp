// SPDX-License-Identifier: GPL-2.0-only
#include "drops/drop_events.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <net/ethernet.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr unsigned buffer_kib = 256; // of each processor, for what one cell's while brings

} // namespace

Result<DropEvents> DropEvents::open(const std::string& name)
{
    auto instance = TRY(TracingInstance::create(name));
    const auto path = instance.path();
    // Of all tracing, not of an instance.
    const auto page = TraceFormat::parse(TRY(read_file(path / "../../events/header_page")));
    auto format = TraceFormat::parse(TRY(read_file(path / kfree_skb_event / "format")));
    for (const char* needed : {"location", "protocol", "common_type"}) TRY(format.field(needed));
    if (!format.id)
        return error((path / kfree_skb_event / "format").string(), "read", "it has no ID");
    TRY(write_existing(path / "buffer_size_kb", std::to_string(buffer_kib)));
    TRY(write_existing(path / "tracing_on", "0"));
    TRY(write_existing(
        path / kfree_skb_event / "filter",
        fmt::format("protocol == {} || protocol == {}", ETHERTYPE_IP, ETHERTYPE_IPV6)));
    TRY(write_existing(path / kfree_skb_event / "enable", "1"));
    DropEvents made(std::move(instance), page, std::move(format));
    TRY(made.open_pipes());
    return made;
}

Result<void> DropEvents::open_pipes()
{
    const auto file = instance_.path() / "tracing_on";
    switch_ = Fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!switch_) return errno_error(file.string(), "open");
    std::error_code failed;
    for (const auto& cpu : fs::directory_iterator(instance_.path() / "per_cpu", failed)) {
        const auto pipe = cpu.path() / "trace_pipe_raw";
        pipes_.emplace_back(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        if (!pipes_.back()) return errno_error(pipe.string(), "open");
    }
    if (failed || pipes_.empty())
        return Error{(instance_.path() / "per_cpu").string(), "list", failed.value(), {}, {}};
    return {};
}

Result<void> DropEvents::add(std::span<const uint8_t> page, std::vector<uint64_t>& places) const
{
    const auto type = TRY(event_.field("common_type")), location = TRY(event_.field("location"));
    for (const auto record : TRY(records(page, page_)))
        if (number_at(record, type) == event_.id) places.push_back(number_at(record, location));
    return {};
}

Result<void> DropEvents::take(int pipe, std::vector<uint64_t>& places)
{
    for (;;) {
        const auto size = ::read(pipe, block_.data(), block_.size());
        if (size < 0 && errno == EINTR) continue;
        if (size == 0 || (size < 0 && errno == EAGAIN)) return {};
        if (size < 0) return errno_error("trace_pipe_raw", "read");
        TRY(add({block_.data(), static_cast<size_t>(size)}, places));
    }
}

Result<std::vector<uint64_t>> DropEvents::take_all()
{
    std::vector<uint64_t> places;
    for (const auto& pipe : pipes_) TRY(take(pipe.get(), places));
    return places;
}

Result<void> DropEvents::start()
{
    TRY(take_all());
    return write_all(switch_.get(), "1", "tracing_on");
}

Result<std::vector<uint64_t>> DropEvents::stop()
{
    TRY(write_all(switch_.get(), "0", "tracing_on"));
    return take_all();
}

} // namespace gueway
