// SPDX-License-Identifier: GPL-2.0-only
// Writes "newc" cpio archives, the format of an initramfs (kernel source,
// Documentation/driver-api/early-userspace/buffer-format.rst).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gueway {

class CpioWriter {
public:
    // `path` without leading slash, parents before children; `mode` as st_mode. `content` is the
    // bytes of a file, the target of a symlink, empty for a directory. Owner root, time 0.
    void add(std::string_view path, uint32_t mode, std::string_view content);
    // The archive with its trailer, padded to 512 bytes so that another can follow. Call once.
    std::string finish();

private:
    void header(std::string_view path, uint32_t mode, uint32_t size, uint32_t links);
    void pad(size_t boundary);
    std::string bytes_;
    uint32_t inode_ = 0;
};

} // namespace gueway
