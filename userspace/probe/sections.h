// SPDX-License-Identifier: GPL-2.0-only
// Sections of programs that are changed when libbpf is about to load them: "gueway_fentry",
// "gueway_fexit", "gueway_tp_btf" and "gueway_kprobe" are as libbpf's own, but for that.
#pragma once

#include "util/result.h"

#include <functional>

struct bpf_program;
struct bpf_prog_load_opts;

namespace gueway {

// 0 or -errno. `options` is libbpf's bpf_prog_load_opts.
using Prepare = std::function<int(bpf_program* program, bpf_prog_load_opts* options)>;

// While it lives, programs in those sections that this thread loads are given to `prepare`. Several
// may live at once: all are asked, the first first.
class Preparing {
public:
    explicit Preparing(Prepare prepare);
    Preparing(const Preparing&) = delete;
    Preparing& operator=(const Preparing&) = delete;
    ~Preparing();
};

// Tells libbpf of the sections; what it said to that. More than once does no harm.
Result<void> know_sections();

bool is_prepared(const bpf_program* program); // is in one of them

} // namespace gueway
