// SPDX-License-Identifier: GPL-2.0-only
// The cells of a selection on the kernel that is running.
#pragma once

#include "matrix/result.h"
#include "matrix/select.h"

#include <string>

namespace gueway {

// What the kernel that is running has: the module kernel/mlx5ish loaded, or brought by a host;
// veth's feature, of a pair in a namespace of its own; and SCTP (has_sctp_here()).
Result<matrix::Abilities> abilities_here();

// For a host: prints one line for each cell, which is its place alone when it passed
// (matrix/json.h). `only`: places in the selection, as "0-99,200". `captured`: with the packets.
Result<void> print_lines_here(const matrix::Selection& selection, const std::string& only,
                              bool captured);

// `pcapng`: file for the packets; empty: none. A signal (lab/interrupt.h), or a packet that cannot
// be written, ends it early, and what was done is in the result.
Result<matrix::KernelResult> run_here(const matrix::Selection& selection,
                                      const std::string& pcapng);

} // namespace gueway
