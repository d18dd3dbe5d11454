// SPDX-License-Identifier: GPL-2.0-only
#include "lab/variant.h"

#include "lab/cache.h"
#include "lab/digest.h"
#include "lab/share.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <set>

namespace gueway {

namespace {

constexpr std::array<std::string_view, 3> names = {"stock", "vulnerable", "patched"};

// Every file of kernel/ that has a say in the result.
Result<std::string> recipe_digest()
{
    const auto script = TRY(share_file("kernel/variants/build.sh"));
    std::set<fs::path> files = {TRY(share_file("kernel/inner-mac.cocci"))};
    for (const auto& file : fs::directory_iterator(script.parent_path())) files.insert(file.path());
    Sha256 digest;
    for (const auto& file : files) digest.add(TRY(sha256_file(file)));
    return digest.hex();
}

Result<std::string> tool_version(const std::string& tool, const std::string& package)
{
    auto outcome = run({tool, "--version"});
    if (!outcome) return Error{tool, "find", ENOENT, {}, "apt-get install " + package};
    return std::move(outcome->output);
}

Result<std::string> variant_key(const Kernel& kernel, const BuildInputs& inputs)
{
    Sha256 digest;
    digest.add(inputs.key).add(TRY(sha256_file(kernel.vmlinuz))).add(TRY(recipe_digest()));
    for (const auto& [tool, package] : {std::pair("gcc-12", "gcc-12"), std::pair("pahole", "pahole"),
                                        std::pair("spatch", "coccinelle")})
        digest.add(TRY(tool_version(tool, package)));
    return digest.hex();
}

Result<void> build(const Kernel& kernel, const BuildInputs& inputs, const fs::path& directory)
{
    const auto script = TRY(share_file("kernel/variants/build.sh"));
    const auto outcome = TRY(
        run({script, inputs.headers_root, kernel.vmlinuz, inputs.ipvs_source, directory / "out"}));
    if (outcome.status == 0) return {};
    return error("ip_vs of " + kernel.release, "build variants", std::string(trim(outcome.errors)),
                 "");
}

} // namespace

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
    const auto inputs = TRY(find_build_inputs(kernel.name));
    if (inputs.release != kernel.release)
        return error("ip_vs of " + kernel.release, "find its source",
                     "headers and source are of " + inputs.release, "netlab fetch " + kernel.name);
    const auto cache = TRY(Cache::open("variants"));
    const auto module = fs::path("out") / text(variant) / "ip_vs.ko";
    const auto check = [&](const fs::path& entry) -> Result<void> {
        TRY(TRY(Manifest::load(entry)).read(module));
        return {};
    };
    const auto entry = TRY(cache.get(
        TRY(variant_key(kernel, inputs)),
        [&](const fs::path& directory) { return build(kernel, inputs, directory); }, check));
    return std::optional(entry / module);
}

} // namespace gueway
