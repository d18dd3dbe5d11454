// SPDX-License-Identifier: GPL-2.0-only
#include "lab/build.h"

#include "lab/cache.h"
#include "lab/digest.h"
#include "lab/share.h"
#include "util/process.h"
#include "util/text.h"

#include <cerrno>
#include <set>

namespace gueway {

namespace {

constexpr const char* scripts = "kernel/variants";

Result<void> add_files(Sha256& digest, const fs::path& directory)
{
    std::set<fs::path> files;
    for (const auto& file : fs::directory_iterator(directory))
        if (file.is_regular_file()) files.insert(file.path());
    for (const auto& file : files) digest.add(file.filename().string()).add(TRY(sha256_file(file)));
    return {};
}

std::string last_lines(std::string_view log)
{
    constexpr size_t enough = 15;
    const auto all = lines(log);
    std::string text;
    for (size_t i = all.size() > enough ? all.size() - enough : 0; i < all.size(); ++i)
        text += "    " + std::string(all[i]) + "\n";
    return text;
}

Result<std::string> tool_version(const std::string& tool, const std::string& package)
{
    auto outcome = run({tool, "--version"});
    if (!outcome) return Error{tool, "find", ENOENT, {}, "apt-get install " + package};
    return std::move(outcome->output);
}

Result<std::string> build_key(const Kernel& kernel, const BuildInputs& inputs,
                              const std::string& script, const std::string& source_key)
{
    Sha256 digest;
    digest.add(inputs.key).add(TRY(sha256_file(kernel.vmlinuz))).add(script).add(source_key);
    digest.add(TRY(sha256_file(TRY(share_file("kernel/inner-mac.cocci")))));
    TRY(add_files(digest, TRY(share_file(scripts))));
    for (const auto& [tool, package] :
         {std::pair("gcc-12", "gcc-12"), std::pair("pahole", "pahole"),
          std::pair("spatch", "coccinelle")})
        digest.add(TRY(tool_version(tool, package)));
    return digest.hex();
}

} // namespace

Result<BuildInputs> matching_inputs(const Kernel& kernel)
{
    auto inputs = TRY(find_build_inputs(kernel.name));
    if (inputs.release != kernel.release)
        return error("kernel " + kernel.release, "find headers and source",
                     "the archive's are of " + inputs.release, "netlab fetch " + kernel.name);
    return inputs;
}

Result<fs::path> build_cached(const Kernel& kernel, const BuildInputs& inputs,
                              const std::string& script, const fs::path& source,
                              const std::string& source_key)
{
    const auto build = [&](const fs::path& directory) -> Result<void> {
        const auto program = TRY(share_file(scripts)) / script;
        const auto outcome =
            TRY(run({program, inputs.headers_root, kernel.vmlinuz, source, directory / "out"}));
        if (outcome.status == 0) return {};
        // The log goes away with the half-filled entry: its end is what a person needs.
        return error(source, "build for " + kernel.release,
                     std::string(trim(outcome.errors)) + "\n" +
                         last_lines(read_file(directory / "out/build.log").value_or("")));
    };
    const auto check = [](const fs::path& entry) -> Result<void> {
        const auto manifest = TRY(Manifest::load(entry));
        for (const auto& [path, file] : manifest.files())
            if (path.ends_with(".ko")) TRY(manifest.read(path));
        return {};
    };
    const auto cache = TRY(Cache::open("builds"));
    const auto key = TRY(build_key(kernel, inputs, script, source_key));
    return TRY(cache.get(key, build, check)) / "out";
}

Result<fs::path> build_modules(const Kernel& kernel, const fs::path& source)
{
    Sha256 digest;
    TRY(add_files(digest, source));
    return build_cached(kernel, TRY(matching_inputs(kernel)), "build-module.sh", source,
                        digest.hex());
}

} // namespace gueway
