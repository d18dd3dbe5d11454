// SPDX-License-Identifier: GPL-2.0-only
#include "lab/layer.h"

#include "lab/cpio.h"

#include <array>

#include <sys/stat.h>

namespace gueway {

namespace {

// "/bin/x" and "/usr/bin/x" are one file; the archive knows it as "usr/bin/x".
std::string archive_path(const std::string& path)
{
    std::string clean = fs::path("/" + path).lexically_normal().string().substr(1);
    if (clean.ends_with('/')) clean.pop_back();
    for (const char* merged : {"bin/", "sbin/", "lib/", "lib64/"})
        if (clean.starts_with(merged)) return "usr/" + clean;
    return clean;
}

Result<unsigned> permissions(const fs::path& path)
{
    struct stat st{};
    if (::stat(path.c_str(), &st) != 0) return errno_error(path, "read attributes");
    return st.st_mode & 0777U;
}

} // namespace

void Layer::put(const std::string& path, Entry entry)
{
    const std::string name = archive_path(path);
    if (const auto slash = name.rfind('/'); slash != name.npos && !holds(name.substr(0, slash)))
        directory(name.substr(0, slash));
    entries_.insert_or_assign(name, std::move(entry));
}

bool Layer::holds(const std::string& path) const
{
    return entries_.contains(archive_path(path));
}

void Layer::directory(const std::string& path, unsigned mode)
{
    put(path, {S_IFDIR | mode, {}});
}

void Layer::file(const std::string& path, std::string bytes, unsigned mode)
{
    put(path, {S_IFREG | mode, std::move(bytes)});
}

void Layer::symlink(const std::string& path, std::string target)
{
    put(path, {S_IFLNK | 0777, std::move(target)});
}

Result<void> Layer::host_file(const fs::path& from, const std::string& path)
{
    const unsigned mode = TRY(permissions(from));
    file(path, TRY(read_file(from)), mode);
    return {};
}

Result<void> Layer::program(const fs::path& from, const std::string& path)
{
    TRY(host_file(from, path));
    for (const auto& library : TRY(library_closure(from)))
        if (!holds(library)) TRY(host_file(library, library));
    return {};
}

Result<void> Layer::host_tree(const fs::path& from, const std::string& path)
{
    std::error_code ec;
    for (auto at = fs::recursive_directory_iterator(from, ec);
         !ec && at != fs::recursive_directory_iterator(); at.increment(ec)) {
        const auto name = path + "/" + at->path().lexically_relative(from).string();
        if (at->is_symlink())
            symlink(name, fs::read_symlink(at->path()));
        else if (at->is_directory())
            directory(name, TRY(permissions(at->path())));
        else if (at->is_regular_file())
            TRY(host_file(at->path(), name));
    }
    if (ec) return Error{from, "read directory", ec.value(), {}, {}};
    return {};
}

std::string Layer::archive() const
{
    CpioWriter cpio;
    for (const auto& [path, entry] : entries_) cpio.add(path, entry.mode, entry.content);
    return cpio.finish();
}

} // namespace gueway
