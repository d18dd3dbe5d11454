// SPDX-License-Identifier: GPL-2.0-only
// Debian's Packages index as data, and the order of Debian versions.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// One binary package of one suite.
struct Package {
    std::string package;
    std::string version;
    std::string sha256;
    uint64_t size = 0; // bytes of the .deb
    std::string suite;
    bool operator==(const Package&) const = default;
};

// The stanzas of an index (deb822 format, see deb-control(5) and the archive's Packages files)
// whose package name `wanted` accepts. Stanzas without version, size or digest are left out, and
// those with two names.
std::vector<Package> parse_packages(std::string_view index, const std::string& suite,
                                    const std::function<bool(std::string_view name)>& wanted);

// The order of deb-version(7): epoch, upstream version, revision; "~" sorts before the end.
std::strong_ordering compare_versions(std::string_view a, std::string_view b);

} // namespace gueway
