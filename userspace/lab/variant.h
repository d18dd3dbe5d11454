// SPDX-License-Identifier: GPL-2.0-only
// Which ip_vs.ko a guest gets: the distribution's, or one built from its source with the transmit
// path's fix put in or taken out.
#pragma once

#include "lab/kernel.h"

#include <optional>
#include <string>

namespace gueway {

enum class Variant { stock, vulnerable, patched };

std::string_view text(Variant variant);
// Nothing when the name is none of "stock", "vulnerable", "patched".
std::optional<Variant> parse_variant(std::string_view name);

// The module to put in place of the kernel's own; nothing for stock. Both variants are built in one
// go by kernel/variants/build.sh, and cached (see build.h).
Result<std::optional<fs::path>> find_variant(const Kernel& kernel, Variant variant);

} // namespace gueway
