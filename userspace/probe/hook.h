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
    tp_btf, // a tracepoint, its arguments typed by BTF
};

struct Target {
    Backend backend;
    std::string name; // of the function, or of the tracepoint without its subsystem

    std::string text() const; // "fentry __dev_queue_xmit", as bpftool and bpftrace name it
};

// A target that the kernel did not grant.
struct Refusal {
    Target target;
    Error why;
};

// What a hook got in the end, and what was refused before that, in order.
struct Attachment {
    std::string purpose; // "receive"
    Target target;
    std::vector<Refusal> refused;

    // "receive: tp_btf netif_receive_skb (fentry NAME: load: the kernel's words)"
    std::string text() const;
};

} // namespace gueway
