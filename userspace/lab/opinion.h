// SPDX-License-Identifier: GPL-2.0-only
// Second opinions: others' tracers from the archive, each a layer of its own that only who names it
// takes along. A tool comes with everything its package depends on, the C library too, below
// /opt/NAME, so that it can be of a newer suite than this machine's.
#pragma once

#include "lab/rootfs.h"
#include "util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// How an ADD says that it means one: "@pwru".
constexpr char opinion_mark = '@';

struct Opinion {
    // What is to be called in the guest, by a script in /usr/local/bin: a file of a package by its
    // path. The dynamic loader starts it, or, with one, its `interpreter`.
    struct Program {
        std::string_view path, interpreter;
    };
    std::string_view name;                  // of the layer, and its directory below /opt
    std::string_view suite;                 // of the archive
    std::vector<std::string_view> packages; // with what they depend on, recommendations aside
    std::vector<Program> programs;
};

// pwru; tracers: bpftrace and bcc, which share LLVM.
const std::vector<Opinion>& opinions();

// The tree of an opinion as an Extra for "/". Fetched and unpacked the first time, which needs the
// network; then kept until the cache goes, whatever the archive has by then. "headers" is what bcc
// compiles with: those of kernel 6.1, in /usr/src as Debian has them.
Result<Extra> find_opinion(std::string_view name);

// The script that starts `program` ("/usr/bin/pwru") of the tree at `root` on the host, which is at
// /opt/NAME in the guest.
Result<std::string> opinion_script(const Opinion& opinion, const Opinion::Program& program,
                                   const fs::path& root);

} // namespace gueway
