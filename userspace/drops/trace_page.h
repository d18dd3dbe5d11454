// SPDX-License-Identifier: GPL-2.0-only
// Events of a tracepoint as the kernel's ring buffer has them, without the kernel: pages of
// per_cpu/cpuN/trace_pipe_raw. Follows events/header_page, events/header_event and an event's
// format file, which say how pages, records and fields are laid out; numbers are of the machine's
// byte order.
#pragma once

#include "util/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

struct FieldPlace {
    size_t offset = 0, size = 0;
    bool operator==(const FieldPlace&) const = default;
};

// A format file's fields by name, and the number by which records are of its event; nothing in
// header_page, which has none.
struct TraceFormat {
    std::optional<uint64_t> id;
    std::map<std::string, FieldPlace, std::less<>> fields;

    static TraceFormat parse(std::string_view text);
    // The Error says which field there is not.
    Result<FieldPlace> field(std::string_view name) const;
};

// A number of 1, 2, 4 or 8 bytes; 0 where `bytes` are too short for it.
uint64_t number_at(std::span<const uint8_t> bytes, FieldPlace place);

using TraceRecord = std::span<const uint8_t>; // of the page

// The records of a page, in order. An Error when the kernel says that it has lost some before it,
// or when a record does not end in the page.
Result<std::vector<TraceRecord>> records(std::span<const uint8_t> page, const TraceFormat& header);

} // namespace gueway
