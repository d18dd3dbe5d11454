// SPDX-License-Identifier: GPL-2.0-only
// SHA-256 through libcrypto, as lower-case hexadecimal text.
#pragma once

#include "util/file.h"

#include <memory>
#include <string>
#include <string_view>

namespace gueway {

// A digest fed in pieces.
class Sha256 {
public:
    Sha256();
    Sha256& add(std::string_view bytes);
    // The 64 digits; call once, last.
    std::string hex();

private:
    std::shared_ptr<void> context_;
};

std::string sha256(std::string_view bytes);

// Reads the file in blocks, so that a package of hundreds of MB is no burden.
Result<std::string> sha256_file(const fs::path& path);

} // namespace gueway
