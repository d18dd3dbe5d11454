// SPDX-License-Identifier: GPL-2.0-only
// The headers of a followed packet, drawn to scale: a line for the outer ones, one for the inner.
#pragma once

#include "trace/step.h"

#include <map>
#include <string>
#include <vector>

namespace gueway {

// Two lines, of which the second is missing where the packet is in no tunnel: a bar where a header
// begins, with its name and its offset from the start of the buffer as far as there is room. A
// column is one byte, or 2, 4, ... where the lines would be wider than `width`.
//
//     outer  0 ~|mac 158      |net 172             |transport 192           ~ tail 290
//     inner                                      |mac 190       |net 204    (1 byte a column)
std::vector<std::string> draw_headers(const Step& step, size_t width = 100);

// Draws when something moved.
class HeaderDrawings {
public:
    // Empty when the piece, or the one that it was made of, was drawn just so before.
    std::vector<std::string> lines(const Step& step);

private:
    std::map<uint64_t, std::vector<std::string>> last_; // by piece; bounded
};

} // namespace gueway
