// SPDX-License-Identifier: GPL-2.0-only
#include "status_line.h"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace gueway {

StatusLine::StatusLine(const RunSpec& spec)
    : total_(spec.commands.size()), terminal_(::isatty(STDERR_FILENO) == 1)
{
    draw(fmt::format("booting {} (ip_vs {})", spec.kernel, text(spec.ip_vs)));
}

void StatusLine::update(const std::string& id, std::string_view state)
{
    if (state == "up") return clear();
    if (state == "done" || state == "failed") ++finished_;
    if (total_ > 1) draw(fmt::format("[{}/{}] {} {}", finished_, total_, id, state));
}

void StatusLine::draw(const std::string& text)
{
    if (!terminal_) return;
    fmt::print(stderr, "\r\x1b[Knetlab: {}", text);
    drawn_ = true;
}

void StatusLine::clear()
{
    if (drawn_) fmt::print(stderr, "\r\x1b[K");
    drawn_ = false;
}

} // namespace gueway
