// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cpio.h"

#include <iterator>

#include <fmt/format.h>
#include <sys/stat.h>

namespace gueway {

void CpioWriter::add(std::string_view path, uint32_t mode, std::string_view content)
{
    header(path, mode, static_cast<uint32_t>(content.size()), S_ISDIR(mode) ? 2 : 1);
    bytes_ += content;
    pad(4);
}

std::string CpioWriter::finish()
{
    header("TRAILER!!!", 0, 0, 1);
    pad(512);
    return std::move(bytes_);
}

// Thirteen fields of eight hexadecimal digits after the magic: ino, mode, uid, gid, nlink, mtime,
// filesize, dev (major, minor), rdev (major, minor), namesize with its NUL, checksum (unused).
void CpioWriter::header(std::string_view path, uint32_t mode, uint32_t size, uint32_t links)
{
    const uint32_t fields[] = {++inode_, mode, 0, 0, links, 0,
                               size,     0,    0, 0, 0,     static_cast<uint32_t>(path.size() + 1),
                               0};
    bytes_ += "070701";
    for (const uint32_t field : fields) fmt::format_to(std::back_inserter(bytes_), "{:08x}", field);
    bytes_ += path;
    bytes_ += '\0';
    pad(4);
}

void CpioWriter::pad(size_t boundary)
{
    bytes_.append((boundary - bytes_.size() % boundary) % boundary, '\0');
}

} // namespace gueway
