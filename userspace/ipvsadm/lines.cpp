// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/lines.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace gueway::ipvsadm {

namespace {

struct Blanks {
    constexpr Blanks()
    {
        for (const char c : std::string_view(" \t\n\v\f\r"))
            is[static_cast<unsigned char>(c)] = true;
    }
    constexpr bool operator()(char c) const { return is[static_cast<unsigned char>(c)]; }
    bool is[256] = {};
};
constexpr Blanks blank;

// Whether all of eight bytes are above the blanks and the control characters: subtracting 0x21 from
// each borrows into the top bit where a byte is less and has no top bit of its own. What it denies
// is looked at byte by byte.
bool no_blank_in_eight(const char* at)
{
    constexpr uint64_t ones = ~uint64_t{0} / 0xff, tops = ones << 7U;
    uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return ((bytes - ones * (' ' + 1)) & ~bytes & tops) == 0;
}

// Cuts lines out of what is read, in one buffer: half a line at its end moves to its beginning.
class Cutter {
public:
    explicit Cutter(const std::function<void(const Line&)>& each) : each_(each) {}

    std::span<char> room() { return {buffer_.get() + used_, size - used_}; }

    // `count` bytes of room() were filled.
    void take(size_t count)
    {
        const std::string_view read(buffer_.get(), used_ + count);
        size_t at = 0;
        for (size_t end = read.find('\n', used_); end != std::string_view::npos;
             end = read.find('\n', at)) {
            emit(read.substr(at, end - at));
            at = end + 1;
        }
        used_ = read.size() - at;
        std::memmove(buffer_.get(), buffer_.get() + at, used_);
        if (used_ < size) return;
        if (!skipping_) each_({++number_, read.substr(0, 40), true});
        skipping_ = true;
        used_ = 0;
    }
    // A last line without its newline counts.
    void finish()
    {
        if (used_) emit({buffer_.get(), used_});
    }

private:
    void emit(std::string_view line)
    {
        if (!std::exchange(skipping_, false)) each_({++number_, line});
    }

    const std::function<void(const Line&)>& each_;
    // One byte more than the longest line, which shows that a line is longer.
    static constexpr size_t size = longest_line + 1;
    std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(size);
    size_t used_ = 0;
    size_t number_ = 0;
    bool skipping_ = false; // the rest of a line that is too long
};

bool ready(int fd)
{
    pollfd wanted{fd, POLLIN, 0};
    return ::poll(&wanted, 1, 0) != 0;
}

} // namespace

Result<void> read_lines(int fd, const std::string& name,
                        const std::function<void(const Line&)>& each,
                        const std::function<void()>& pause)
{
    Cutter cutter(each);
    for (;;) {
        if (!ready(fd)) pause();
        const auto room = cutter.room();
        const ssize_t got = ::read(fd, room.data(), room.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno_error(name, "read");
        if (got == 0) break;
        cutter.take(static_cast<size_t>(got));
    }
    cutter.finish();
    return {};
}

std::span<const std::string_view> command_words(std::string_view line,
                                                std::vector<std::string_view>& words)
{
    words.clear();
    const char* at = line.data();
    const char* const end = at + line.size();
    for (;;) {
        while (at != end && blank(*at)) ++at;
        if (at == end) break;
        const char* const begin = at;
        while (end - at >= 8 && no_blank_in_eight(at)) at += 8;
        while (at != end && !blank(*at)) ++at;
        words.emplace_back(begin, static_cast<size_t>(at - begin));
    }
    if (words.empty() || words[0].starts_with('#')) return {};
    return std::span(words).subspan(words[0] == "ipvsadm" ? 1 : 0);
}

} // namespace gueway::ipvsadm
