// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/answers.h"

#include "matrix/places.h"
#include "matrix/strays.h"

#include <utility>

namespace gueway::matrix {

std::vector<Answer> answers(const Cell& cell, const std::vector<Captured>& frames)
{
    std::vector<Answer> found;
    for (const auto& frame : frames) {
        if (!is_icmp(frame, family(cell.inner))) continue;
        auto reading = read_tunnel(frame.packet(), {.encap = {},
                                                    .family = family(cell.inner),
                                                    .checksum_pending = frame.checksum_pending});
        found.push_back({&frame, std::move(reading)});
    }
    return found;
}

Packet packet(const Answer& answer)
{
    const auto bytes = answer.frame->packet();
    return {"client", answer.reading.text(), {bytes.begin(), bytes.end()}, {}};
}

} // namespace gueway::matrix
