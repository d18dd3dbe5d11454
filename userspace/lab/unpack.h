// SPDX-License-Identifier: GPL-2.0-only
// From packages of the archive to files: download, check, take apart.
#pragma once

#include "lab/packages.h"
#include "util/file.h"

#include <string>
#include <vector>

namespace gueway {

// A directory's name for what is made of exactly these packages: "PREFIX-" and 16 hex digits.
std::string packages_key(const std::string& prefix, const std::vector<Package>& packages);

// `dpkg -x`; needs no root, installs nothing.
Result<void> unpack_deb(const fs::path& deb, const fs::path& directory);

// Downloads each package and unpacks it into `directory`. The .deb is not kept: the unpacked files
// have their own digests in the entry's manifest, and what is damaged is fetched again.
Result<void> fetch_packages(const std::vector<Package>& packages, const fs::path& directory);

// Downloads one package and takes members out of its data archive without unpacking the rest;
// `members` are paths as in the package, "./usr/...", directories with all they hold.
Result<void> fetch_members(const Package& package, const std::vector<std::string>& members,
                           const fs::path& directory);

// Downloads one package and extracts `member` of the tar archive `tarball` that the package holds.
Result<void> fetch_from_tarball(const Package& package, const std::string& tarball,
                                const std::string& member, const fs::path& directory);

} // namespace gueway
