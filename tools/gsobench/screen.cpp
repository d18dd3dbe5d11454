// SPDX-License-Identifier: GPL-2.0-only
#include "screen.h"

#include "commands.h"
#include "report/number.h"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace gueway {

Screen::Screen(std::string kernel, const matrix::Ledger& ledger)
    : kernel_(std::move(kernel)), ledger_(ledger), terminal_(::isatty(STDERR_FILENO) == 1)
{
    if (!terminal_) return;
    fmt::print(stderr, "\r\x1b[Kgsobench: {}: booting", kernel_);
    drawn_ = true;
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
    drawn_ = true;
    const auto done = ledger_.done();
    const double rate = static_cast<double>(done - before_) / seconds();
    fmt::print(stderr, "\r\x1b[Kgsobench: {}: {}/{}", kernel_, done, ledger_.size());
    for (const auto outcome :
         {matrix::Outcome::known, matrix::Outcome::failed, matrix::Outcome::lost})
        if (const auto count = ledger_.count(outcome))
            fmt::print(stderr, ", {} {}", count, name(outcome));
    if (rate > 0)
        fmt::print(stderr, "; {:.1f}/s, {} left", rate,
                   human_time(static_cast<double>(ledger_.size() - done) / rate));
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
