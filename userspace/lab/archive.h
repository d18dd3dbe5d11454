// SPDX-License-Identifier: GPL-2.0-only
// Debian's archive through the machine's own apt, in a private root per suite: nothing on the
// machine is changed, apt itself checks the archive's signature and every digest.
#pragma once

#include "lab/packages.h"
#include "util/file.h"

#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gueway {

// Where the machine's apt configuration gets Debian from: base URIs without a suite.
struct Mirrors {
    std::string main;
    std::optional<std::string> security;
};

// From `apt-get indextargets --format` lines "CREATED_BY|LABEL|CODENAME|RELEASE|REPO_URI". Without
// downloaded lists apt knows neither label nor codename; then the suite's name in sources counts.
Result<Mirrors> parse_mirrors(std::string_view targets);
Result<Mirrors> find_mirrors();

// The packages that `apt-get --simulate install` says it would install ("Inst NAME (VERSION ..."),
// as name and version.
std::vector<std::pair<std::string, std::string>> parse_simulation(std::string_view output);

// One suite in its private apt root, CACHE/apt/SUITE. All work is under that root's lock, so two
// runs at once wait for each other. Errors of the network are Errors of the suite with apt's words.
class Suite {
public:
    // `name` is a suite such as "bookworm-security". Nothing when that suite lives on the security
    // mirror and the machine has none.
    static Result<std::optional<Suite>> open(const std::string& name);

    const std::string& name() const { return name_; }
    // Fetches the index (apt-get update).
    Result<void> refresh() const;
    // Whether an earlier refresh left an index on disk.
    bool has_index() const;
    // Packages of the index on disk whose name `wanted` accepts.
    Result<std::vector<Package>>
    packages(const std::function<bool(std::string_view)>& wanted) const;
    // The packages and all they depend on (recommendations aside), as apt picks them for a machine
    // that has nothing.
    Result<std::vector<Package>> closure(const std::vector<std::string>& names) const;
    // Downloads that very version into `directory` (which must hold no .deb) and checks its SHA-256
    // against `package`; returns the .deb.
    Result<fs::path> download(const Package& package, const fs::path& directory) const;

    // The code of an Error that means "the archive does not have it (any more) or cannot be
    // reached".
    static constexpr int unavailable = ENODATA;

private:
    Suite(std::string name, fs::path root) : name_(std::move(name)), root_(std::move(root)) {}
    Result<void> configure(const std::string& uri) const;
    Result<std::vector<std::string>> index_files() const;
    std::string name_;
    fs::path root_;
};

} // namespace gueway
