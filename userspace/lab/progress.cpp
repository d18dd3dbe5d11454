// SPDX-License-Identifier: GPL-2.0-only
#include "lab/progress.h"

#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

namespace gueway {

std::string Downloads::text() const
{
    return fmt::format("downloads: {:.1f} s, {}", time.count(), human_bytes(bytes));
}

Progress::Progress(int fd) : fd_(fd), terminal_(::isatty(fd) == 1) {}

void Progress::write(std::string_view text) const
{
    while (!text.empty()) {
        const ssize_t n = ::write(fd_, text.data(), text.size());
        if (n <= 0) return; // nobody listens: the work goes on
        text.remove_prefix(static_cast<size_t>(n));
    }
}

void Progress::clear()
{
    if (drawn_) write("\r\x1b[K");
    drawn_ = false;
}

void Progress::note(std::string_view line)
{
    clear();
    write(fmt::format("{}\n", line));
}

void Progress::detail(std::string_view line)
{
    if (verbose_) note(line);
}

void Progress::transferring(std::string_view what, uint64_t done, uint64_t total)
{
    if (!terminal_) return;
    constexpr size_t width = 24;
    std::string line;
    if (total > 0) {
        const size_t full = std::min<uint64_t>(width, done * width / total);
        line = fmt::format("[{:<{}}] {:3}% of {:<8} {}", std::string(full, '#'), width,
                           std::min<uint64_t>(100, done * 100 / total), human_bytes(total), what);
    } else {
        line = fmt::format("{:<8} {}", human_bytes(done), what);
    }
    write(fmt::format("\r\x1b[K{}", line.substr(0, 79)));
    drawn_ = true;
}

void Progress::transferred(std::string_view what, uint64_t bytes,
                           std::chrono::duration<double> time)
{
    clear();
    total_.time += time;
    total_.bytes += bytes;
    detail(fmt::format("fetched {}: {} in {:.1f} s", what, human_bytes(bytes), time.count()));
}

Progress& progress()
{
    static Progress standard(STDERR_FILENO);
    return standard;
}

} // namespace gueway
