// SPDX-License-Identifier: GPL-2.0-only
#include "screen.h"

#include "commands.h"
#include "report/columns.h"
#include "report/number.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace gueway {

Screen::Screen(std::string kernel, const matrix::Ledger& ledger)
    : kernel_(std::move(kernel)), ledger_(ledger), terminal_(::isatty(STDERR_FILENO) == 1)
{
    if (!terminal_) return;
    draw("booting");
}

void Screen::begin()
{
    if (begun_) return;
    begun_ = true;
    before_ = ledger_.done();
    begin_ = Clock::now();
}

double Screen::seconds() const
{
    return begun_ ? std::chrono::duration<double>(Clock::now() - begin_).count() : 0;
}

void Screen::update()
{
    constexpr std::chrono::milliseconds often{200};
    if (!terminal_ || !begun_ || Clock::now() - drawn_at_ < often) return;
    drawn_at_ = Clock::now();
    const auto done = ledger_.done();
    const double rate = static_cast<double>(done - before_) / seconds();
    auto line = fmt::format("{}/{}", done, ledger_.size());
    for (const auto outcome :
         {matrix::Outcome::known, matrix::Outcome::failed, matrix::Outcome::lost})
        if (const auto count = ledger_.count(outcome))
            line += fmt::format(", {} {}", count, name(outcome));
    if (rate > 0)
        line += fmt::format("; {:.1f}/s, {} left", rate,
                            human_time(static_cast<double>(ledger_.size() - done) / rate));
    draw(line);
}

// Never more than the line, for what is longer would scroll; the kernel's name gives way first.
void Screen::draw(const std::string& text)
{
    constexpr size_t usual = 80, least_name = 8, around = sizeof "gsobench: : ";
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    const size_t width = known ? size.ws_col : usual, taken = display_width(text) + around;
    const auto name = cut(kernel_, std::max(least_name, width - std::min(width, taken)));
    fmt::print(stderr, "\r\x1b[K{}", cut(fmt::format("gsobench: {}: {}", name, text), width - 1));
    drawn_ = true;
}

void Screen::note(const std::string& text)
{
    clear();
    complain(fmt::format("{}: {}", kernel_, text));
}

void Screen::clear()
{
    if (drawn_) fmt::print(stderr, "\r\x1b[K");
    drawn_ = false;
}

} // namespace gueway
