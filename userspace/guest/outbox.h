// SPDX-License-Identifier: GPL-2.0-only
// What the guest writes to /out comes back to the host.
#pragma once

#include "guest/port.h"

#include <filesystem>
#include <map>

namespace gueway::guest {

class Outbox {
public:
    explicit Outbox(std::filesystem::path directory) : directory_(std::move(directory)) {}
    // Sends the regular files that are new or changed since the last call, in the order of their
    // names: a guest that dies later has delivered what was finished.
    void send_changes(const Port& port);

private:
    struct Seen {
        uintmax_t size;
        std::filesystem::file_time_type written;
        bool operator==(const Seen&) const = default;
    };
    std::filesystem::path directory_;
    std::map<std::filesystem::path, Seen> sent_;
};

} // namespace gueway::guest
