// SPDX-License-Identifier: GPL-2.0-only
// Runs commands in guests: boots one, watches it, judges its kernel log, and when it dies in the
// middle of the list goes on with the rest in a new one.
#pragma once

#include "lab/judge.h"
#include "lab/machine.h"
#include "lab/rootfs.h"
#include "lab/status.h"
#include "lab/variant.h"
#include "util/file.h"
#include "util/json_fwd.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

struct RunSpec {
    std::string kernel = "6.1"; // as find_kernel takes it
    Variant ip_vs = Variant::stock;
    Lane lane = Lane::smp;
    Accelerator accelerator = Accelerator::tcg;
    unsigned memory = 1024;                   // MB
    std::chrono::milliseconds timeout{60000}; // of a guest's boot, and of each command after that
    bool one_deadline = false;                // `timeout` is for boot and commands together
    bool output_is_life = false;           // `timeout` begins again with each output of a command
    std::vector<std::string> kernel_words; // more for the kernel's command line
    std::vector<Extra> extras;
    std::vector<protocol::Command> commands;
    std::optional<fs::path> out; // where files of /out go; nothing: they are dropped
    bool shell = false;
};

// What a run tells while it goes on. Any may be empty.
struct RunListener {
    std::function<void(std::string_view bytes, int stream)> output; // of the commands
    std::function<void(std::string_view bytes)> console;            // kernel log as it comes
    std::function<void(const std::string& id, std::string_view state)> progress;
};

struct CommandResult {
    protocol::Command command;
    LabStatus lab = LabStatus::failed; // until it is known better
    int status = 0;                    // the command's own, when lab is ok or splatted
    std::string why;                   // exit | signal | missing | lost
    std::string output, errors;        // both its streams
};

struct GuestRecord {
    std::string release;
    std::string console; // the whole kernel log
    Verdict verdict;
    LabStatus lab = LabStatus::failed;
    MachineEnd::Why end = MachineEnd::Why::orderly;
    bool ended = false; // said `end`
    std::string words;  // of QEMU, or of the lab, on why it ended
};

struct RunReport {
    RunSpec spec;
    std::string release, version; // of the kernel
    std::vector<CommandResult> commands;
    std::vector<GuestRecord> guests;

    // 0 if all went well; a lab status that is not ok before any command's own status.
    int exit_status() const;
    // The worst of all commands and guests.
    LabStatus lab_status() const;
    // One line on why the lab status is not ok; empty if it is.
    std::string explanation() const;
};

// An Error means that no guest could be started at all; everything else is in the report.
Result<RunReport> run_in_lab(const RunSpec& spec, const RunListener& listener);

// Schema gueway.run/1, documented in Documentation/netlab.md. Holds no time, host or path, so that
// two runs of the exact lane agree to the byte.
Json to_json(const RunReport& report);

} // namespace gueway
