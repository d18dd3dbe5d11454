// SPDX-License-Identifier: GPL-2.0-only
// One line on a terminal that says how far a kernel's cells are; in a pipe, the notes alone.
#pragma once

#include "matrix/ledger.h"

#include <chrono>
#include <string>

namespace gueway {

class Screen {
public:
    Screen(std::string kernel, const matrix::Ledger& ledger);
    ~Screen() { clear(); }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    // Time runs from here: cells are coming.
    void begin();
    void update();
    // A line that stays.
    void note(const std::string& text);
    void clear();
    double seconds() const; // since begin()

private:
    void draw(const std::string& text);
    using Clock = std::chrono::steady_clock;
    std::string kernel_;
    const matrix::Ledger& ledger_;
    size_t before_ = 0; // done when it began
    Clock::time_point begin_, drawn_at_;
    bool terminal_, begun_ = false, drawn_ = false;
};

} // namespace gueway
