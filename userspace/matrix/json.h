// SPDX-License-Identifier: GPL-2.0-only
// Results as JSON: a file for people's programs, and lines from a guest to its host. The schema is
// in Documentation/gsobench.md.
#pragma once

#include "matrix/result.h"
#include "util/json_fwd.h"
#include "util/result.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gueway::matrix {

inline constexpr std::string_view matrix_schema = "gueway.matrix/1";

Json to_json(const MatrixResult& result);
// `source` names the document in errors.
Result<MatrixResult> matrix_from_json(const Json& json, const std::string& source);

// What a guest says: first which kernel it runs, then each cell as it is done, at last the seconds
// that the cells took. Serial ports are slow under emulation: a cell that passed is its place in
// the selection, which both sides compute, and no more.
//     {"release":"6.1.0-56-cloud-amd64","version":"#1 SMP Debian 6.1.192-1"}
//     {"i":1234}
//     {"i":1235,"outcome":"failed","complaints":[...],...}
//     {"i":1236,"captured":"BgAAAF..."}    when the host wants packets: blocks of capture_file.h
//     {"seconds":301.5}
// And what a host notes beside it, of a guest that is dead, and of a kernel that complained before
// its first cell:
//     {"death":{"cell":"gue/in4/...","when":"during","why":"...","splats":[...]}}
//     {"boot":"WARNING: CPU: 0 ..."}
struct GuestLine {
    std::string release, version;
    std::optional<size_t> index; // into the selection
    CellResult result;           // of that cell
    std::string captured;        // octets, not base64
    std::optional<double> seconds;
    std::optional<Death> death;
    std::string boot;
};

// Of a cell that did not pass, the first packets and the first bytes of each.
inline constexpr size_t packets_in_line = 12, bytes_in_line = 128;

// One line without its newline; any bytes of a packet survive.
std::string to_line(size_t index, const CellResult& result, std::string_view captured = {});
std::string kernel_line(const std::string& release, const std::string& version);
std::string seconds_line(double seconds);
std::string death_line(const Death& death);
std::string boot_line(const std::string& splat);
Result<GuestLine> parse_line(std::string_view line, std::span<const Cell> selection);

} // namespace gueway::matrix
