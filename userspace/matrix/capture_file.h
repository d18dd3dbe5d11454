// SPDX-License-Identifier: GPL-2.0-only
// All that was captured in cells as a pcapng file, for Wireshark and for other decoders: an
// interface for each place, "worker/u0" or "client/i0.100", and frames as they were captured,
// whole.
//
// The comments of a frame are the name of its cell; what the cell ended as, with its bugs or its
// first complaint; and each of the notes below that is true of it.
#pragma once

#include "matrix/observe.h"
#include "matrix/result.h"
#include "util/fd.h"
#include "util/file.h"

#include <string>
#include <string_view>

namespace gueway::matrix {

//   pending  a checksum is left to a device: its field is not one
//   aside    the cell does not look at it: a fence, talk of neighbours, or what a router answered
//   tagged   a VLAN tag was beside the frame; the tag control follows, "0x0064"
//   whole    it is longer than what would be on a wire; their length follows, 0 where the kernel
//   has
//            no words for it (Captured::untold)
inline constexpr std::string_view pending_note = "a checksum is pending";
inline constexpr std::string_view aside_note = "beside the cell";
inline constexpr std::string_view tagged_note = "VLAN tag taken out: ";
inline constexpr std::string_view whole_note = "a GSO packet as one, segments of ";

// What begins a file: section and interfaces. `kernel` as "6.1.0-56-cloud-amd64".
std::string capture_head(const std::string& kernel);
// The packets of a cell, in the order of time, to be put behind the head.
std::string capture_blocks(const CellResult& result, const Observation& seen);

// A file that grows. Move-only.
class CaptureFile {
public:
    static Result<CaptureFile> create(const fs::path& path);
    // Writes the head, the first time.
    Result<void> begin(const std::string& kernel);
    Result<void> write(std::string_view blocks);

private:
    CaptureFile(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}
    Fd fd_;
    std::string name_;
    bool begun_ = false;
};

} // namespace gueway::matrix
