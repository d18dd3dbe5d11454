// SPDX-License-Identifier: GPL-2.0-only
// One guest's share of a run: takes its messages and log, and says what became of each command.
#pragma once

#include "lab/run.h"

#include <map>

namespace gueway {

// Watches one guest while it works off `pending`, commands of the report by index.
class Session {
public:
    Session(const RunSpec& spec, const RunListener& listener, RunReport& report,
            std::vector<size_t> pending);

    Watcher watcher();
    // After the guest's end: judges the log, settles every command that was started, and returns
    // those that were not. A guest that died before its first command settles all: the next one
    // would do no better.
    std::vector<size_t> settle(const MachineEnd& end);
    // Whether any command was started.
    bool started() const { return !begins_.empty(); }

private:
    Result<void> take(const protocol::Message& message);
    Result<void> take_file(const protocol::Message& message);
    void take_result(const protocol::Message& message);
    void blame_splat();
    LabStatus status_of(const MachineEnd& end) const;
    CommandResult* find(const std::string& id);
    void tell(const std::string& id, std::string_view state) const;

    const RunSpec& spec_;
    const RunListener& listener_;
    RunReport& report_;
    std::vector<size_t> pending_;
    GuestRecord record_;
    Deadline deadline_;
    std::optional<size_t> running_;                 // index into the report
    std::vector<std::pair<size_t, size_t>> begins_; // console bytes at the start of each command
    Fd file_;                                       // of /out, while its pieces arrive
};

} // namespace gueway
