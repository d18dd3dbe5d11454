// SPDX-License-Identifier: GPL-2.0-only
// Places of the kernel where a BPF program can listen, and what became of asking for them. Which
// place a kernel grants is found out by asking it, never by its version.
#pragma once

#include "util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway {

enum class Backend {
    fentry, // entry of a function that the kernel's BTF names
    fexit,  // its return
    kprobe, // entry of a function that is in kallsyms, by breakpoint or ftrace
    tp_btf, // a tracepoint, its arguments typed by BTF
    raw_tp, // a tracepoint, its arguments as words
};
std::string_view name(Backend backend); // as bpftrace and libbpf's section names have it

struct Target {
    Backend backend;
    std::string name; // of the function, or of the tracepoint without its subsystem

    std::string text() const; // "fentry __dev_queue_xmit"
};

// A target together with the program of the BPF object that serves it.
struct Candidate {
    Target target;
    std::string program;
};

// One row of a table of hooks: what it is for, and where it may be, best first.
struct Hook {
    std::string purpose; // "receive"
    std::vector<Candidate> candidates;
    bool required = true; // else the kernel may grant none of them
    std::string pair;     // those with the same are granted together or not at all; may be empty
};

// A function with a program for each backend; the programs are called fentry_NAME and kprobe_NAME.
Hook function_hook(std::string purpose, const std::string& function, bool required);

// A target that the kernel did not grant.
struct Refusal {
    Target target;
    Error why;
};

// What a hook got in the end, and what was refused before that, in order.
struct Attachment {
    std::string purpose; // "receive"
    Target target;       // without a name when every candidate was refused
    std::vector<Refusal> refused;

    bool granted() const { return !target.name.empty(); }
    // "receive: tp_btf netif_receive_skb (fentry NAME: load: the kernel's words)"
    std::string text() const;
};

} // namespace gueway
