// SPDX-License-Identifier: GPL-2.0-only
// One line on a terminal that says what the lab is doing; nothing at all in a pipe.
#pragma once

#include "lab/run.h"

namespace gueway {

class StatusLine {
public:
    explicit StatusLine(const RunSpec& spec);
    ~StatusLine() { clear(); }
    StatusLine(const StatusLine&) = delete;
    StatusLine& operator=(const StatusLine&) = delete;
    // As RunListener::progress tells it.
    void update(const std::string& id, std::string_view state);
    void clear();

private:
    void draw(const std::string& text);
    size_t total_, finished_ = 0;
    bool terminal_, drawn_ = false;
};

} // namespace gueway
