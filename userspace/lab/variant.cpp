// SPDX-License-Identifier: GPL-2.0-only
#include "lab/variant.h"

#include "lab/build.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace gueway {

namespace {
constexpr std::array<std::string_view, 3> names = {"stock", "vulnerable", "patched"};
}

std::string_view text(Variant variant)
{
    return names.at(static_cast<size_t>(variant));
}

std::optional<Variant> parse_variant(std::string_view name)
{
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) return {};
    return static_cast<Variant>(at - names.begin());
}

Result<std::optional<fs::path>> find_variant(const Kernel& kernel, Variant variant)
{
    if (variant == Variant::stock) return std::optional<fs::path>();
    const auto inputs = TRY(matching_inputs(kernel));
    if (inputs.ipvs_source.empty())
        return error("kernel " + kernel.name, fmt::format("build its {} ip_vs", text(variant)),
                     "the catalogue has no source for it", "use 6.1");
    const auto built = TRY(build_cached(kernel, inputs, "build.sh", inputs.ipvs_source, ""));
    return std::optional(built / text(variant) / "ip_vs.ko");
}

} // namespace gueway
