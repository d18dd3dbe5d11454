// SPDX-License-Identifier: GPL-2.0-only
// A restore file as a whole: the table that it describes.
#pragma once

#include "ipvs/client.h"
#include "ipvsadm/command.h"
#include "ipvsadm/endpoint.h"
#include "ipvsadm/lines.h"

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gueway::ipvsadm {

struct Wanted {
    std::vector<ipvs::ServiceState> services; // workers in the kernel's order: the last line first
    ipvs::Timeouts timeouts;                  // 0 where the file has none
    std::vector<ipvs::Daemon> daemons;
};

// Collects the lines of a file. They describe a state, so that only -A, -a, --set and
// --start-daemon are among them; a -C at the beginning is what the file means anyway.
class WantedReader {
public:
    explicit WantedReader(std::string name) : name_(std::move(name)) {}
    void line(const Line& line);

    // After the last line. A file without services is a mistake (a pipe whose other end failed)
    // unless it says -C.
    void finish();
    // Once all lines are in: the services keep their order.
    Wanted take();
    // "FILE:7: ...", in order; with any, the rest is not to be used.
    const std::vector<std::string>& complaints() const { return complaints_; }

private:
    void take(size_t line, Command&& command);
    void add_service(size_t line, const Command& command);
    void add_worker(size_t line, const Command& command);
    void complain(size_t line, const std::string& text);

    std::string name_;
    Wanted wanted_;
    std::map<ipvs::ServiceKey, size_t> services_; // place in wanted_
    std::set<std::pair<size_t, std::pair<std::array<uint8_t, 16>, uint16_t>>> workers_;
    std::vector<std::string_view> words_;
    RepeatedEndpoint service_;
    std::vector<std::string> complaints_;
    bool cleared_ = false; // by a -C
};

} // namespace gueway::ipvsadm
