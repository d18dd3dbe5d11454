// SPDX-License-Identifier: GPL-2.0-only
#include "lab/manifest.h"

#include "lab/digest.h"
#include "util/text.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::string_view magic = "gueway-manifest/1";

Error damaged(const fs::path& path, std::string detail)
{
    return Error{path, "check against the manifest", EBADMSG, std::move(detail), {}};
}

// The regular files under `top`, relative to it, sorted.
Result<std::vector<std::string>> regular_files(const fs::path& top)
{
    std::vector<std::string> found;
    std::error_code ec;
    for (auto at = fs::recursive_directory_iterator(top, ec);
         !ec && at != fs::recursive_directory_iterator(); at.increment(ec))
        if (!at->is_symlink() && at->is_regular_file())
            found.push_back(at->path().lexically_relative(top));
    if (ec) return Error{top, "list files", ec.value(), {}, {}};
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

Result<Manifest> Manifest::write(const fs::path& entry)
{
    std::map<std::string, File> files;
    std::string body;
    for (const auto& name : TRY(regular_files(entry))) {
        if (name == path(entry).filename()) continue;
        std::error_code ec;
        const auto size = fs::file_size(entry / name, ec);
        if (ec) return Error{entry / name, "size", ec.value(), {}, {}};
        File file{TRY(sha256_file(entry / name)), size};
        body += fmt::format("{} {} {}\n", file.sha256, file.size, name);
        files.emplace(name, std::move(file));
    }
    TRY(write_file(path(entry), fmt::format("{} {}\n{}", magic, sha256(body), body)));
    return Manifest(entry, std::move(files));
}

Result<Manifest> Manifest::load(const fs::path& entry)
{
    const auto text = TRY(read_file(path(entry)));
    const auto head = text.substr(0, text.find('\n'));
    const auto body = std::string_view(text).substr(std::min(head.size() + 1, text.size()));
    if (head != fmt::format("{} {}", magic, sha256(body)))
        return damaged(path(entry), "the manifest itself has changed");
    std::map<std::string, File> files;
    for (const auto line : lines(body)) {
        const auto parts = split(line, ' ');
        const auto size = parts.size() >= 3 ? parse_number<uint64_t>(parts[1]) : std::nullopt;
        if (!size) return damaged(path(entry), "bad line: " + std::string(line));
        const auto name = line.substr(parts[0].size() + parts[1].size() + 2);
        files.emplace(name, File{std::string(parts[0]), *size});
    }
    return Manifest(entry, std::move(files));
}

uint64_t Manifest::bytes() const
{
    uint64_t sum = 0;
    for (const auto& [name, file] : files_) sum += file.size;
    return sum;
}

Result<void> Manifest::check_all() const
{
    for (const auto& [name, file] : files_) TRY(read(name));
    return {};
}

Result<std::string> Manifest::read(const fs::path& relative) const
{
    const fs::path file = entry_ / relative;
    std::error_code ec;
    const auto real = fs::canonical(file, ec);
    if (ec) return damaged(file, ec.message());
    const auto top = fs::canonical(entry_, ec);
    const auto known = files_.find(real.lexically_relative(top));
    if (known == files_.end()) return damaged(file, "not in the manifest");
    auto content = TRY(read_file(real));
    if (content.size() != known->second.size)
        return damaged(file,
                       fmt::format("{} bytes, expected {}", content.size(), known->second.size));
    if (sha256(content) != known->second.sha256) return damaged(file, "content has changed");
    return content;
}

} // namespace gueway
