// SPDX-License-Identifier: GPL-2.0-only
// For people: how the kernel was hooked, and what it costs where it refused.
#pragma once

#include "probe/hook.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

// "52 of 54 hooks: 4 tp_btf, 41 fentry, 7 kprobe".
std::string hooked_text(const std::vector<Attachment>& attachments);

// A line for those that got nothing for the same cause, with what is not seen for want of them.
std::vector<std::string> refused_hooks(const std::vector<Attachment>& attachments);

// Of what Hooked::missed() says: "2", or "?, as kprobes do not count them,".
std::string count_or_unknown(std::optional<uint64_t> missed);

} // namespace gueway
