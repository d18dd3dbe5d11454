// SPDX-License-Identifier: GPL-2.0-only
#include "lab/modules.h"

#include "lab/manifest.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

struct Compression {
    std::string_view suffix;
    std::string_view program;
};
constexpr Compression compressions[] = {{".xz", "xz"}, {".zst", "zstd"}, {".gz", "gzip"}};

const Compression* compression_of(const fs::path& file)
{
    for (const auto& c : compressions)
        if (file.extension() == c.suffix) return &c;
    return nullptr;
}

// kernel/net/foo.ko.xz -> kernel/net/foo.ko
fs::path uncompressed(fs::path file)
{
    return compression_of(file) ? file.replace_extension() : file;
}

// File names may have dashes where the kernel has underscores.
std::string module_name(const fs::path& file)
{
    std::string name = uncompressed(file).stem();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

// Lines "insmod PATH [OPTIONS]" and "builtin NAME"; nothing when modprobe knows no such module.
// `-C /dev/null`: the host's blacklists and options are not the guest's.
Result<std::optional<std::vector<fs::path>>> dependencies(const Kernel& kernel,
                                                          const std::string& module)
{
    const auto asked = TRY(run({"/sbin/modprobe", "-C", "/dev/null", "-d", kernel.root, "-S",
                                kernel.release, "--show-depends", module}));
    if (asked.status != 0) return std::optional<std::vector<fs::path>>();
    std::vector<fs::path> files;
    for (const auto line : lines(asked.output)) {
        const auto w = words(line);
        if (w.size() >= 2 && w[0] == "insmod") files.emplace_back(trim(line.substr(w[0].size())));
    }
    return files;
}

ModuleFile module_file(const Kernel& kernel, const fs::path& file)
{
    return {module_name(file), file, uncompressed(file).lexically_relative(kernel.modules_dir),
            kernel.entry};
}

Result<void> check(const std::vector<ModuleFile>& modules, const fs::path& entry)
{
    const auto manifest = TRY(Manifest::load(entry));
    for (const auto& m : modules) TRY(manifest.read(m.file.lexically_relative(entry)));
    return {};
}

Result<std::vector<ModuleFile>> closure_of(const Kernel& kernel,
                                           const std::vector<std::string>& wanted, Missing policy)
{
    std::vector<ModuleFile> closure;
    std::vector<std::string> missing;
    for (const auto& name : wanted) {
        const auto files = TRY(dependencies(kernel, name));
        if (!files) missing.push_back(name);
        if (!files) continue;
        for (const auto& file : *files)
            if (std::none_of(closure.begin(), closure.end(),
                             [&](const ModuleFile& m) { return m.file == file; }))
                closure.push_back(module_file(kernel, file));
    }
    if (missing.empty() || policy == Missing::skipped) return closure;
    return error(fmt::format("kernel {} ({})", kernel.name, kernel.release), "find modules",
                 "it has no " + join(missing, ", "), "use another kernel, or build them for it");
}

} // namespace

Result<std::vector<ModuleFile>>
module_closure(const Kernel& kernel, const std::vector<std::string>& wanted, Missing missing)
{
    auto closure = TRY(closure_of(kernel, wanted, missing));
    if (kernel.entry.empty() || check(closure, kernel.entry)) return closure;
    const auto mended =
        TRY(find_kernel(kernel.name, [&](const fs::path& entry) { return check(closure, entry); }));
    if (mended.entry == kernel.entry) return closure;
    return error("kernel " + kernel.name, "mend its damaged modules",
                 "the archive now has " + mended.version + " instead of " + kernel.version,
                 "run again");
}

Result<bool> has_module(const Kernel& kernel, const std::string& name)
{
    return TRY(dependencies(kernel, name)).has_value();
}

Result<std::string> module_bytes(const ModuleFile& module)
{
    std::string bytes;
    if (module.entry.empty())
        bytes = TRY(read_file(module.file));
    else
        bytes = TRY(
            TRY(Manifest::load(module.entry)).read(module.file.lexically_relative(module.entry)));
    const auto* compression = compression_of(module.file);
    if (!compression) return bytes;
    auto outcome = TRY(run({std::string(compression->program), "-dc"},
                           {.input = std::move(bytes), .deadline = {}}));
    if (outcome.status != 0)
        return error(module.file, "decompress", std::string(trim(outcome.errors)), {});
    return std::move(outcome.output);
}

} // namespace gueway
