// SPDX-License-Identifier: GPL-2.0-only
// The hotfix module of the running kernel: whether it is there, and how it comes and goes. Each
// Error leaves the module as it was, and says in one line why and what to do.
#pragma once

#include "util/result.h"

#include <string>
#include <string_view>

namespace gueway::hotfix {

//   loaded     it is in the kernel now
//   version    of the loaded one; empty when it is not loaded
//   installed  modprobe finds one for this kernel
struct ModuleState {
    bool loaded = false;
    std::string version;
    bool installed = false;
};
Result<ModuleState> module_state();

// By modprobe(8). Nothing is done when it is loaded.
Result<void> load();

// By delete_module(2), which returns when no packet is in the hook any more. Nothing is done when
// it is not loaded.
Result<void> unload();

// --- what is said of a refusal, for tests ---

//   words     modprobe's last line
//   lockdown  "none", "integrity" or "confidentiality"; empty: a kernel without
//   release   of the running kernel
struct Refusal {
    std::string words, lockdown, release;
};
Error explain(const Refusal& refusal);

// The mode in brackets of /sys/kernel/security/lockdown, "none [integrity] confidentiality".
std::string_view chosen(std::string_view modes);

} // namespace gueway::hotfix
