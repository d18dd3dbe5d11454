// SPDX-License-Identifier: GPL-2.0-only
// Frames out of a pcapng file, for what another decoder is to be compared with.
// Source: draft-ietf-opsawg-pcapng, sections 4.2 and 4.3.
#pragma once

#include "util/file.h"
#include "util/result.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace gueway {

struct FileFrame {
    std::string interface;
    std::vector<std::string> comments;
    std::vector<uint8_t> bytes;

    bool says(const std::string& comment) const
    {
        return std::ranges::find(comments, comment) != comments.end();
    }
};

// Of a file of this machine's byte order with one section.
Result<std::vector<FileFrame>> frames_of(const fs::path& file);

} // namespace gueway
