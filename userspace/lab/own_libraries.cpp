// SPDX-License-Identifier: GPL-2.0-only
#include "lab/own_libraries.h"

#include <array>
#include <fstream>
#include <vector>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::string_view kbuild_prefix = "linux-kbuild-";
constexpr std::string_view moved_suffix = ".elf";

bool is_elf_program(const fs::directory_entry& file)
{
    if (!file.is_regular_file() || file.is_symlink() ||
        (file.status().permissions() & fs::perms::owner_exec) == fs::perms::none)
        return false;
    std::array<char, 4> magic{};
    std::ifstream(file.path(), std::ios::binary).read(magic.data(), magic.size());
    return std::string_view(magic.data(), magic.size()) == "\x7f"
                                                           "ELF";
}

// "$0" is a path with a directory, and the kernel goes up from where symbolic links lead to.
std::string script_for(const fs::path& program, const fs::path& root, const fs::path& loader)
{
    const auto up = root.lexically_relative(program.parent_path());
    const auto libraries = loader.parent_path();
    return fmt::format("#!/bin/sh\nroot=${{0%/*}}/{}\nexec \"$root/{}\" --argv0 \"$0\" "
                       "--library-path \"$root/{}\" \"$0{}\" \"$@\"\n",
                       up.string(), loader.string(), libraries.string(), moved_suffix);
}

Result<void> replace(const fs::path& program, const std::string& script)
{
    std::error_code ec;
    fs::rename(program, program.string() + std::string(moved_suffix), ec);
    if (ec) return Error{program, "rename", ec.value(), {}, {}};
    TRY(write_file(program, script));
    fs::permissions(program, fs::perms(0755), ec);
    if (ec) return Error{program, "make executable", ec.value(), {}, {}};
    return {};
}

// Listed before the first is replaced.
Result<std::vector<fs::path>> kbuild_programs(const fs::path& root)
{
    std::vector<fs::path> found;
    std::error_code ec;
    for (const auto& tree : fs::directory_iterator(root / "usr/lib", ec)) {
        if (!tree.path().filename().string().starts_with(kbuild_prefix)) continue;
        for (const auto& file : fs::recursive_directory_iterator(tree.path(), ec))
            if (is_elf_program(file)) found.push_back(file.path());
    }
    if (ec) return Error{root, "list kbuild's programs", ec.value(), {}, {}};
    return found;
}

} // namespace

std::optional<fs::path> find_loader(const fs::path& root)
{
    for (const char* candidate : {"lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
                                  "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"}) // merged
        if (fs::exists(root / candidate)) return candidate;
    return {};
}

Result<void> run_kbuild_by_own_libraries(const fs::path& root)
{
    const auto loader = find_loader(root);
    if (!loader) return {};
    for (const auto& program : TRY(kbuild_programs(root)))
        TRY(replace(program, script_for(program, root, *loader)));
    return {};
}

} // namespace gueway
