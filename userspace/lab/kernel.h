// SPDX-License-Identifier: GPL-2.0-only
// A kernel on disk, ready to boot: from the catalogue by name, or a person's own by path.
#pragma once

#include "lab/cache.h"
#include "lab/catalogue.h"
#include "util/file.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway {

struct Kernel {
    std::string name;     // as asked for: "6.1", or the path
    std::string release;  // uname -r
    std::string version;  // Debian version; empty for a kernel by path
    fs::path vmlinuz;     // bzImage
    fs::path root;        // holds lib/modules/RELEASE (for modprobe -d)
    fs::path modules_dir; // ROOT/lib/modules/RELEASE, with modules.dep
    fs::path entry; // its directory in the cache, checked by manifest; empty: not in the cache
    std::optional<fs::path> vmlinux; // with debug information, after `netlab fetch --debuginfo`
};

// Resolves, downloads, verifies and unpacks as needed; a kernel that is recorded and in the cache
// needs no network. `selector` is a catalogue name, or
//   FILE.deb                a Debian image package
//   DIRECTORY               an unpacked one, or vmlinuz/bzImage beside lib/modules/RELEASE
//   BZIMAGE                 with lib/modules/RELEASE in its directory or the one above
//   BZIMAGE:MODULES         MODULES holds lib/modules/RELEASE, or is .../lib/modules/RELEASE
// vmlinuz and the module indexes of a cached kernel are checked against its manifest; a damaged
// entry is named in one line and made again, once.
Result<Kernel> find_kernel(const std::string& selector);
// The same with a further condition on the cache entry; one that fails it counts as damaged.
Result<Kernel> find_kernel(const std::string& selector, const Cache::Check& also);

// Whether find_kernel(resolution.name) can do without the network.
bool is_cached(const Resolution& resolution);

// Kernel release in a bzImage (Documentation/arch/x86/boot.rst: kernel_version at 0x20e).
Result<std::string> bzimage_release(const fs::path& bzimage);

// A kernel in a directory, with modules.dep in place: `root` as in find_kernel's DIRECTORY. What is
// missing is named in the Error.
Result<Kernel> kernel_in(const fs::path& root, const std::string& name);

// What an out-of-tree ip_vs.ko is built from, all of the image's version.
struct BuildInputs {
    std::string release;
    std::string version;
    fs::path headers_root; // where the headers packages were unpacked (build.sh's HEADERS)
    fs::path ipvs_source;  // net/netfilter/ipvs of linux-source; empty: the row has no source
    std::string key;       // SHA-256 over the packages' digests
};

// Of a catalogue name; downloads 12 to 16 MB of headers and kbuild, and 130 MB of source where the
// row has it, when not in the cache.
Result<BuildInputs> find_build_inputs(const std::string& name);

// net/netfilter/ipvs of the source that a catalogue kernel was built from. Downloads 120 to 170 MB
// when not in the cache, and keeps that directory.
Result<fs::path> find_ipvs_source(const std::string& name);

// Downloads linux-image-RELEASE-dbg (hundreds of MB) and keeps its vmlinux; returns its path.
Result<fs::path> fetch_debuginfo(const std::string& name);

} // namespace gueway
