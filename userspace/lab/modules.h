// SPDX-License-Identifier: GPL-2.0-only
// Kernel modules: what has to be loaded for what is wanted, and their bytes.
#pragma once

#include "lab/kernel.h"

#include <string>
#include <vector>

namespace gueway {

struct ModuleFile {
    std::string name;       // "ip_vs"
    fs::path file;          // on the host, perhaps compressed
    std::string guest_path; // "kernel/net/netfilter/ipvs/ip_vs.ko" under /lib/modules/RELEASE
    fs::path entry;         // the cache entry it is checked against; empty: unchecked
};

// What to do about a wanted module that the kernel does not have at all.
enum class Missing { refused, skipped };

// The wanted modules and all they depend on (hard and soft dependencies, as modprobe sees them), in
// the order of loading, each once. What is built in needs no file and is left out; what the kernel
// does not have at all is, unless skipped, an Error naming every such module. Files of a cached
// kernel are checked against its manifest; a damaged entry is named in one line and made again,
// once.
Result<std::vector<ModuleFile>> module_closure(const Kernel& kernel,
                                               const std::vector<std::string>& wanted,
                                               Missing missing = Missing::refused);

// Whether the kernel has that module, as a file or built in.
Result<bool> has_module(const Kernel& kernel, const std::string& name);

// The module itself: checked, and decompressed when it is .ko.xz, .ko.zst or .ko.gz.
Result<std::string> module_bytes(const ModuleFile& module);

} // namespace gueway
