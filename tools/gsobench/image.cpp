// SPDX-License-Identifier: GPL-2.0-only
#include "image.h"

#include "lab/digest.h"
#include "lab/kernel.h"
#include "lab/rootfs.h"
#include "lab/variant.h"
#include "link/device.h"
#include "util/brought_module.h"
#include "util/text.h"

#include <fmt/format.h>

namespace gueway {

Result<std::string> image_of(const RunSpec& spec)
{
    const auto kernel = TRY(find_kernel(spec.kernel));
    const auto modules = TRY(modules_layer(kernel, TRY(find_variant(kernel, spec.ip_vs))));
    auto image = fmt::format("{} ip_vs {}, image {}, modules {}",
                             trim(kernel.release + " " + kernel.version), text(spec.ip_vs),
                             TRY(sha256_file(kernel.vmlinuz)), sha256(modules.archive));
    for (const auto& extra : spec.extras)
        if (extra.to == brought_modules)
            image += fmt::format(", {} {}", mlx5ish_kind,
                                 TRY(sha256_file(extra.from / fmt::format("{}.ko", mlx5ish_kind))));
    if (!spec.kernel_words.empty()) image += ", booted with " + quoted(spec.kernel_words);
    return image + ", gsobench " + TRY(own_digest());
}

Result<std::string> own_digest()
{
    return sha256_file("/proc/self/exe");
}

} // namespace gueway
