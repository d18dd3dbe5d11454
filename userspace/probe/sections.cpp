// SPDX-License-Identifier: GPL-2.0-only
#include "probe/sections.h"

#include <array>
#include <string_view>
#include <vector>

#include <bpf/libbpf.h>

namespace gueway {

namespace {

constexpr std::string_view prefix = "gueway_";

struct Section {
    const char* name;
    bpf_prog_type type;
    bpf_attach_type attach;
};
constexpr std::array<Section, 4> sections = {{
    {"gueway_tp_btf", BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP},
    {"gueway_fentry", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY},
    {"gueway_fexit", BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT},
    {"gueway_kprobe", BPF_PROG_TYPE_KPROBE, bpf_attach_type{}},
}};

thread_local std::vector<Prepare> preparing;

int prepare_all(bpf_program* program, bpf_prog_load_opts* options, long)
{
    for (const auto& prepare : preparing)
        if (const int failed = prepare(program, options)) return failed;
    return 0;
}

// Once and for good: libbpf 1.1 crashes when sections are added after all were taken away.
bool add_sections()
{
    LIBBPF_OPTS(libbpf_prog_handler_opts, options, .prog_prepare_load_fn = prepare_all);
    for (const auto& [name, type, attach] : sections)
        if (libbpf_register_prog_handler(name, type, attach, &options) < 0) return false;
    return true;
}

} // namespace

Preparing::Preparing(Prepare prepare)
{
    preparing.push_back(std::move(prepare));
}

Preparing::~Preparing()
{
    preparing.pop_back();
}

Result<void> know_sections()
{
    static const bool known = add_sections();
    if (!known) return error("BPF object", "prepare", "libbpf refuses its sections");
    return {};
}

bool is_prepared(const bpf_program* program)
{
    return std::string_view(bpf_program__section_name(program)).starts_with(prefix);
}

} // namespace gueway
