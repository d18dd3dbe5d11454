// SPDX-License-Identifier: GPL-2.0-only
#include "lab/kernel_path.h"

#include "lab/cache.h"
#include "lab/depmod.h"
#include "lab/digest.h"
#include "lab/unpack.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>

namespace gueway {

namespace {

// Documentation/arch/x86/boot.rst: the real-mode header.
constexpr size_t magic_offset = 0x202;   // "HdrS"
constexpr size_t version_offset = 0x20e; // u16 little endian: offset of the text, less 0x200
constexpr size_t version_base = 0x200;

constexpr std::string_view forms =
    "give a kernel .deb, a directory with vmlinuz and lib/modules/RELEASE, or BZIMAGE:MODULES";

Error not_a_kernel(const fs::path& path, std::string why)
{
    return error(path, "use as a kernel", std::move(why), std::string(forms));
}

bool have_directory(const fs::path& path)
{
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

// Files under `directory` that are bzImages by their header.
std::vector<fs::path> bzimages_in(const fs::path& directory)
{
    std::vector<fs::path> found;
    std::error_code ec;
    for (const auto& at : fs::directory_iterator(directory, ec))
        if (at.is_regular_file(ec) && bzimage_release(at.path())) found.push_back(at.path());
    return found;
}

std::vector<fs::path> all_bzimages(const fs::path& root)
{
    std::vector<fs::path> places = {root, root / "boot"};
    // One of the two may be a link to the other.
    const bool merged = !have_directory(root / "lib/modules");
    std::error_code ec;
    for (const auto& at :
         fs::directory_iterator(root / (merged ? "usr/lib/modules" : "lib/modules"), ec))
        places.push_back(at.path());
    std::vector<fs::path> found;
    for (const auto& place : places)
        for (auto& image : bzimages_in(place)) found.push_back(std::move(image));
    return found;
}

// lib/modules/RELEASE with modules in it; 7.x puts vmlinuz there too, in a package of its own.
bool has_modules(const fs::path& directory)
{
    return have_directory(directory / "kernel") || have_directory(directory / "updates") ||
           fs::exists(directory / "modules.dep");
}

// The directory for modprobe -d: what holds lib/modules/RELEASE.
std::optional<fs::path> modules_root(const fs::path& base, const std::string& release)
{
    if (has_modules(base / "lib/modules" / release)) return base;
    if (has_modules(base / "usr/lib/modules" / release)) return base / "usr";
    const auto clean = fs::absolute(base / "").lexically_normal().parent_path();
    const auto modules = clean.parent_path();
    if (clean.filename() == release && modules.filename() == "modules" &&
        modules.parent_path().filename() == "lib" && has_modules(clean))
        return modules.parent_path().parent_path();
    return {};
}

Result<Kernel> assemble(const fs::path& image, const fs::path& base, const std::string& name)
{
    const auto release = TRY(bzimage_release(image));
    const auto root = modules_root(base, release);
    if (!root)
        return not_a_kernel(
            name, fmt::format("{} is {}, but there are no modules in lib/modules/{} of {}",
                              image.filename().string(), release, release, base.string()));
    Kernel kernel{.name = name, .release = release, .vmlinuz = image, .root = *root};
    kernel.modules_dir = *root / "lib/modules" / release;
    return kernel;
}

// What a module tree's index depends on, without reading 100 MB: names, sizes, times.
Result<std::string> tree_key(const Kernel& kernel)
{
    std::vector<std::string> rows;
    std::error_code ec;
    for (auto at = fs::recursive_directory_iterator(kernel.modules_dir, ec);
         !ec && at != fs::recursive_directory_iterator(); at.increment(ec)) {
        std::error_code gone;
        if (!at->is_regular_file(gone)) continue;
        rows.push_back(fmt::format("{} {} {}", at->path().string(), at->file_size(gone),
                                   at->last_write_time(gone).time_since_epoch().count()));
    }
    if (ec) return Error{kernel.modules_dir, "list modules", ec.value(), {}, {}};
    std::sort(rows.begin(), rows.end());
    return fmt::format("{}-{}", kernel.release, sha256(join(rows, "\n")).substr(0, 16));
}

// A tree without modules.dep (an image package makes it only when installed) is not ours to change:
// a tree of links in the cache gets the index.
Result<Kernel> with_index(Kernel kernel)
{
    if (fs::exists(kernel.modules_dir / "modules.dep.bin")) return kernel;
    const auto cache = TRY(Cache::open("module-indexes"));
    const auto key = TRY(tree_key(kernel));
    kernel.root = TRY(cache.get(key, [&](const fs::path& directory) -> Result<void> {
        const auto own = directory / "lib/modules" / kernel.release;
        TRY(make_directories(own));
        std::error_code ec;
        for (const auto& at : fs::directory_iterator(kernel.modules_dir, ec))
            if (at.is_directory())
                fs::create_symlink(fs::canonical(at.path()), own / at.path().filename(), ec);
            else if (at.path().filename().string().starts_with("modules."))
                fs::copy_file(at.path(), own / at.path().filename(), ec);
        if (ec) return Error{own, "link modules", ec.value(), {}, {}};
        return index_modules(directory, kernel.release);
    }));
    kernel.modules_dir = kernel.root / "lib/modules" / kernel.release;
    return kernel;
}

Result<void> fill_from_deb(const fs::path& deb, const fs::path& directory)
{
    if (auto unpacked = unpack_deb(deb, directory); !unpacked)
        return not_a_kernel(deb, "dpkg cannot unpack it: " + unpacked.error().detail);
    const auto images = all_bzimages(directory);
    if (images.empty())
        return not_a_kernel(deb, "it is not a kernel package: it holds no bzImage "
                                 "(boot/vmlinuz-RELEASE)");
    const auto release = TRY(bzimage_release(images.front()));
    if (!modules_root(directory, release))
        return not_a_kernel(
            deb, "it is not a whole kernel package: it holds no modules in lib/modules/" + release);
    return index_modules(directory, release);
}

Result<Kernel> kernel_by_deb(const fs::path& deb, const Cache::Check& also)
{
    const auto cache = TRY(Cache::open("own-kernels"));
    const auto entry = TRY(cache.get(
        "deb-" + TRY(sha256_file(deb)).substr(0, 16),
        [&](const fs::path& directory) { return fill_from_deb(deb, directory); },
        [&](const fs::path& at) -> Result<void> {
            TRY(check_kernel_entry(at));
            return also(at);
        }));
    auto kernel = TRY(kernel_in(entry, deb));
    kernel.entry = entry;
    return kernel;
}

Result<Kernel> kernel_by_image(const fs::path& image, const std::string& name)
{
    const auto release = TRY(bzimage_release(image));
    const auto beside = fs::absolute(image).parent_path();
    for (const auto& base : {beside, beside.parent_path()})
        if (modules_root(base, release)) return with_index(TRY(assemble(image, base, name)));
    return not_a_kernel(
        image, fmt::format("no modules in lib/modules/{} beside it or one above", release));
}

} // namespace

bool looks_like_path(const std::string& selector)
{
    std::error_code ignored;
    return selector.find('/') != selector.npos || fs::exists(selector, ignored);
}

Result<std::string> bzimage_release(const fs::path& bzimage)
{
    Fd fd(::open(bzimage.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return errno_error(bzimage, "open");
    // The header's text pointer is 16 bits wide, so this much always holds it.
    std::string head(version_base + 0x10000 + 256, '\0');
    const ssize_t n = ::pread(fd.get(), head.data(), head.size(), 0);
    if (n < 0) return errno_error(bzimage, "read");
    head.resize(static_cast<size_t>(n));
    if (head.size() < version_offset + 2 || head.compare(magic_offset, 4, "HdrS") != 0)
        return not_a_kernel(bzimage, "it is not a bzImage: no \"HdrS\" header");
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(head[at]); };
    const size_t pointer = byte(version_offset) | byte(version_offset + 1) << 8;
    if (pointer == 0 || pointer + version_base >= head.size())
        return not_a_kernel(bzimage, "its header has no kernel version");
    const auto text = std::string_view(head).substr(pointer + version_base);
    return std::string(text.substr(0, text.find_first_of(std::string_view(" \0", 2))));
}

Result<Kernel> kernel_in(const fs::path& root, const std::string& name)
{
    const auto images = all_bzimages(root);
    if (images.empty()) return not_a_kernel(name, "there is no bzImage in it or in its boot/");
    if (images.size() > 1)
        return not_a_kernel(name,
                            fmt::format("there are {} bzImages in it, {} and {} among them",
                                        images.size(), images[0].string(), images[1].string()));
    return with_index(TRY(assemble(images.front(), root, name)));
}

Result<void> check_kernel_entry(const fs::path& entry)
{
    const auto manifest = TRY(Manifest::load(entry));
    const auto kernel = TRY(kernel_in(entry, entry));
    TRY(manifest.read(kernel.vmlinuz.lexically_relative(entry)));
    for (const auto& [name, file] : manifest.files())
        if (is_module_index(fs::path(name).filename())) TRY(manifest.read(name));
    return {};
}

Result<Kernel> kernel_by_path(const std::string& selector, const Cache::Check& also)
{
    if (have_directory(selector)) return kernel_in(fs::absolute(selector), selector);
    if (fs::exists(selector) && fs::path(selector).extension() == ".deb")
        return kernel_by_deb(selector, also);
    if (fs::exists(selector)) return kernel_by_image(fs::absolute(selector), selector);
    const auto colon = selector.find(':');
    const fs::path image = selector.substr(0, colon);
    if (!fs::exists(image)) return Error{image, "open kernel", ENOENT, {}, std::string(forms)};
    const fs::path modules = selector.substr(colon + 1);
    if (!have_directory(modules))
        return not_a_kernel(selector, modules.string() + " is not a directory of modules");
    return with_index(TRY(assemble(fs::absolute(image), fs::absolute(modules), selector)));
}

} // namespace gueway
