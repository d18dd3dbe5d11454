// SPDX-License-Identifier: GPL-2.0-only
// What the kernel complains of while cells run.
#pragma once

#include "util/fd.h"
#include "util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// In front of a line of the kernel's log among a cell's complaints.
inline constexpr std::string_view kernel_says = "the kernel says: ";

//   splats       lines that complain, as klog/splats.h knows them
//   overwritten  more was written than the log holds, so that nobody knows what else it said
struct Said {
    std::vector<std::string> splats;
    bool overwritten = false;
};

// Reads /dev/kmsg from its opening on. Move-only.
class KernelLog {
public:
    static Result<KernelLog> open();
    // Since the last time. After a splat the kernel is asked to say again what it says but once
    // (WARN_ONCE), where debugfs is mounted: else only the first cell of many would be blamed.
    Result<Said> read();

private:
    explicit KernelLog(Fd log) : log_(std::move(log)) {}
    Fd log_;
};

// The lines that complain of a record, "level,number,time,flags;text" with bytes that are not
// printable as \xNN (Documentation/ABI/testing/dev-kmsg): a record may have several lines.
std::vector<std::string> splats_in(std::string_view record);

} // namespace gueway::matrix
