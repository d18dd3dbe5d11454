// SPDX-License-Identifier: GPL-2.0-only
// What a packet costs as a director has more to look after: connections, and workers to choose
// from. GUE without checksums, packets of 64 bytes.
#pragma once

#include "bench/paths/meter.h"
#include "bench/paths/way.h"

namespace gueway::bench {

// A director that IPVS knows connections of, in the order in which they came.
class Crowd {
public:
    static Result<Crowd> make(const Load& load);

    // There are at least so many from now on.
    Result<void> grow(unsigned connections);
    // Instructions of the director for a packet of a connection; the mean of some that are spread
    // evenly over all.
    Result<double> established() const;
    // What the first packet of a connection takes on top of a later one: it is scheduled.
    Result<double> first();

private:
    explicit Crowd(Director director) : director_(std::move(director)) {}
    Result<TcpFrame> frame(unsigned number) const; // of connection `number`
    Result<std::vector<TcpFrame>> fresh(unsigned count);
    Director director_;
    unsigned connections_ = 0;
};

} // namespace gueway::bench
