// SPDX-License-Identifier: GPL-2.0-only
#include "drops/trace_page.h"

#include "util/text.h"

#include <algorithm>
#include <cstring>

namespace gueway {

namespace {

constexpr const char* object = "page of a trace";

// include/linux/ring_buffer.h, enum ring_buffer_type: a record's header of 4 bytes has its kind, or
// its length in words, in the lowest 5 bits.
constexpr size_t header_size = 4, word = 4;
constexpr uint32_t kind_bits = 0x1f;
enum Kind : uint32_t { long_data = 0, longest_data = 28, padding = 29, extend = 30, stamp = 31 };
// kernel/trace/ring_buffer.c: beside a page's length.
constexpr uint64_t missed_events = 1U << 31, length_bits = (1U << 20) - 1;

// "field:unsigned short common_type;" as "unsigned short common_type"
std::string_view value_of(std::string_view piece, std::string_view key)
{
    piece = trim(piece);
    return piece.starts_with(key) ? trim(piece.substr(key.size())) : std::string_view();
}

std::string_view name_in(std::string_view declaration)
{
    const auto all = words(declaration.substr(0, declaration.find('[')));
    if (all.empty()) return {};
    const auto name = all.back();
    return name.substr(std::min(name.find_first_not_of('*'), name.size()));
}

void add_field(TraceFormat& format, std::string_view line)
{
    std::string_view name;
    std::optional<size_t> offset, size;
    for (const auto piece : split(line, ';')) {
        if (const auto text = value_of(piece, "field:"); !text.empty()) name = name_in(text);
        if (const auto text = value_of(piece, "offset:"); !text.empty())
            offset = parse_number<size_t>(text);
        if (const auto text = value_of(piece, "size:"); !text.empty())
            size = parse_number<size_t>(text);
    }
    if (!name.empty() && offset && size)
        format.fields.emplace(std::string(name), FieldPlace{*offset, *size});
}

template <class T>
uint64_t read_at(std::span<const uint8_t> bytes, size_t at)
{
    T value{};
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

// Bytes of a record behind its header. Those that are long tell it themselves, and so does what was
// discarded.
size_t body(TraceRecord rest, uint32_t kind)
{
    if (kind == long_data || kind == padding) return number_at(rest, {header_size, word});
    return kind <= longest_data ? size_t{kind} * word : word;
}

} // namespace

TraceFormat TraceFormat::parse(std::string_view text)
{
    TraceFormat format;
    for (const auto line : lines(text)) {
        if (const auto id = value_of(line, "ID:"); !id.empty())
            format.id = parse_number<uint64_t>(id);
        if (trim(line).starts_with("field:")) add_field(format, line);
    }
    return format;
}

Result<FieldPlace> TraceFormat::field(std::string_view name) const
{
    const auto found = fields.find(name);
    if (found == fields.end())
        return error("format of a trace event", "find field", std::string(name) + ": none");
    return found->second;
}

uint64_t number_at(std::span<const uint8_t> bytes, FieldPlace place)
{
    if (place.offset > bytes.size() || place.size > bytes.size() - place.offset) return 0;
    switch (place.size) {
    case 1:
        return bytes[place.offset];
    case 2:
        return read_at<uint16_t>(bytes, place.offset);
    case 4:
        return read_at<uint32_t>(bytes, place.offset);
    case 8:
        return read_at<uint64_t>(bytes, place.offset);
    default:
        return 0;
    }
}

Result<std::vector<TraceRecord>> records(std::span<const uint8_t> page, const TraceFormat& header)
{
    const auto commit = number_at(page, TRY(header.field("commit")));
    if (commit & missed_events) return error(object, "read", "the kernel has lost events");
    const auto begin = TRY(header.field("data")).offset;
    if (begin > page.size() || (commit & length_bits) > page.size() - begin)
        return error(object, "read", "it is longer than what was read");
    auto rest = page.subspan(begin, commit & length_bits);
    std::vector<TraceRecord> found;
    while (rest.size() >= header_size) {
        const auto about = static_cast<uint32_t>(number_at(rest, {0, header_size}));
        const auto kind = about & kind_bits;
        if (about == padding) break; // without a time: to the end
        const bool data = kind <= longest_data;
        const size_t behind = kind == long_data ? header_size + word : header_size;
        const size_t all = header_size + body(rest, kind);
        if (all > rest.size() || all < behind) return error(object, "read", "a record is cut");
        if (data) found.push_back(rest.subspan(behind, all - behind));
        rest = rest.subspan(all);
    }
    return found;
}

} // namespace gueway
