// SPDX-License-Identifier: GPL-2.0-only
#include "pcapng_frames.h"

#include <cstring>

namespace gueway {

namespace {

constexpr uint32_t interface_block = 1, packet_block = 6;
constexpr uint16_t comment_option = 1, name_option = 2;

template <class T>
T number(std::string_view bytes, size_t at)
{
    T value = 0;
    if (at + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

size_t padded(size_t length)
{
    return (length + 3) / 4 * 4;
}

std::vector<std::string> options(std::string_view bytes, uint16_t wanted)
{
    std::vector<std::string> found;
    for (size_t at = 0; at + 4 <= bytes.size();) {
        const auto code = number<uint16_t>(bytes, at), length = number<uint16_t>(bytes, at + 2);
        if (code == 0) break;
        if (code == wanted) found.emplace_back(bytes.substr(at + 4, length));
        at += 4 + padded(length);
    }
    return found;
}

FileFrame frame(std::string_view body, const std::vector<std::string>& interfaces)
{
    constexpr size_t head = 20;
    const auto captured = number<uint32_t>(body, 12);
    const auto bytes = body.substr(head, captured);
    return {interfaces.at(number<uint32_t>(body, 0)),
            options(body.substr(head + padded(captured)), comment_option),
            {bytes.begin(), bytes.end()}};
}

} // namespace

Result<std::vector<FileFrame>> frames_of(const fs::path& file)
{
    constexpr size_t around = 12, interface_head = 8; // type, length, and length again
    const auto text = TRY(read_file(file));
    std::vector<std::string> interfaces;
    std::vector<FileFrame> frames;
    for (size_t at = 0; at + around <= text.size();) {
        const auto type = number<uint32_t>(text, at), length = number<uint32_t>(text, at + 4);
        if (length < around || at + length > text.size())
            return error(file.string(), "read", "a block that is not whole");
        const auto body = std::string_view(text).substr(at + 8, length - around);
        if (type == interface_block) {
            const auto names = options(body.substr(interface_head), name_option);
            interfaces.push_back(names.empty() ? "" : names.front());
        }
        if (type == packet_block) frames.push_back(frame(body, interfaces));
        at += length;
    }
    return frames;
}

} // namespace gueway
