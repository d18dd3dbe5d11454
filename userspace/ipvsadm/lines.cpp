// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/lines.h"

#include <cerrno>

#include <poll.h>
#include <unistd.h>

namespace gueway::ipvsadm {

namespace {

constexpr std::string_view blanks = " \t\r\v\f";

// Cuts lines out of what was read so far.
class Cutter {
public:
    explicit Cutter(const std::function<void(const Line&)>& each) : each_(each) {}

    void take(std::string_view read)
    {
        kept_ += read;
        size_t at = 0;
        for (size_t end = kept_.find('\n'); end != std::string::npos; end = kept_.find('\n', at)) {
            emit(std::string_view(kept_).substr(at, end - at));
            at = end + 1;
        }
        kept_.erase(0, at);
        if (kept_.size() <= longest_line) return;
        if (!skipping_) each_({++number_, std::string_view(kept_).substr(0, 40), true});
        skipping_ = true;
        kept_.clear();
    }
    // A last line without its newline counts.
    void finish()
    {
        if (!kept_.empty() || skipping_) emit(kept_);
    }

private:
    void emit(std::string_view line)
    {
        if (!std::exchange(skipping_, false)) each_({++number_, line});
    }

    const std::function<void(const Line&)>& each_;
    std::string kept_;
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
    char block[size_t{64} * 1024];
    for (;;) {
        if (!ready(fd)) pause();
        const ssize_t got = ::read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno_error(name, "read");
        if (got == 0) break;
        cutter.take({block, static_cast<size_t>(got)});
    }
    cutter.finish();
    return {};
}

std::span<const std::string_view> command_words(std::string_view line,
                                                std::vector<std::string_view>& words)
{
    words.clear();
    for (size_t at = line.find_first_not_of(blanks); at != std::string_view::npos;
         at = line.find_first_not_of(blanks, at)) {
        const size_t end = std::min(line.find_first_of(blanks, at), line.size());
        words.push_back(line.substr(at, end - at));
        at = end;
    }
    if (words.empty() || words[0].starts_with('#')) return {};
    return std::span(words).subspan(words[0] == "ipvsadm" ? 1 : 0);
}

} // namespace gueway::ipvsadm
