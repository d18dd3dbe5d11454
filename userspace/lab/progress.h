// SPDX-License-Identifier: GPL-2.0-only
// What a person hears while the lab fetches and unpacks: a bar on a terminal, notes, totals.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace gueway {

// Time and bytes spent on the network, so that callers can print them apart from their own work.
struct Downloads {
    std::chrono::duration<double> time{};
    uint64_t bytes = 0;
    // "downloads: 12.3 s, 180 MB"
    std::string text() const;
};

// Writes to a descriptor it does not own. On a terminal the bar redraws one line; elsewhere there
// is no bar at all. One thread only.
class Progress {
public:
    explicit Progress(int fd);

    void set_verbose(bool verbose) { verbose_ = verbose; }
    // A line a person must see: the cache used instead of the archive, a damaged entry.
    void note(std::string_view line);
    // A line for -v only.
    void detail(std::string_view line);
    // The bar: `done` of `total` bytes; total 0 means "unknown".
    void transferring(std::string_view what, uint64_t done, uint64_t total);
    // Removes the bar, counts the transfer, and with -v writes one line.
    void transferred(std::string_view what, uint64_t bytes, std::chrono::duration<double> time);
    // Removes the bar of a transfer that came to nothing.
    void clear();
    const Downloads& total() const { return total_; }

private:
    void write(std::string_view text) const;
    int fd_;
    bool terminal_;
    bool verbose_ = false;
    bool drawn_ = false;
    std::string program_;
    Downloads total_;
};

// The one on standard error.
Progress& progress();

} // namespace gueway
