// SPDX-License-Identifier: GPL-2.0-only
// The kernels the lab knows by name, resolved from the archive's index: ABIs come and go, so no
// version is ever written here.
#pragma once

#include "lab/packages.h"
#include "util/file.h"
#include "util/json_fwd.h"
#include "util/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// What a name stands for. All are the cloud-amd64 flavour.
struct CatalogueRow {
    std::string_view name;
    std::string_view series; // "6.1": releases that start "6.1."; empty: any
    std::vector<std::string_view> suites;
    bool oldest = false;    // the oldest ABI of the series instead of the newest
    bool buildable = false; // only ABIs with headers, kbuild and source of that version
    bool headers = false;   // headers and kbuild where the archive has them: modules, but no ip_vs
    std::string_view description;
    // What kbuild's programs are linked with, where their suite's is newer than this machine's.
    std::vector<std::string_view> libraries;
};

// In the order of `netlab kernels`: 5.10, 6.1, 6.1-oldest, 6.12, newest.
const std::vector<CatalogueRow>& catalogue();
// Nothing when no row has that name.
const CatalogueRow* find_row(std::string_view name);
// "5.10, 6.1, ..." for error messages.
std::string known_names();
// Whether a row looks at packages of that name at all (a filter for parse_packages).
bool is_wanted(const CatalogueRow& row, std::string_view name);

// A row resolved: everything needed to fetch it without asking the index again.
struct Resolution {
    std::string name;
    std::string release;           // uname -r
    std::string version;           // Debian version of the packages
    std::vector<Package> packages; // image (5.10 to 6.12) or binary, modules and base (7.x)
    std::vector<Package> inputs;   // headers, common headers and kbuild, source of a buildable
                                   // row, libraries; empty: no module is built for it
    std::optional<Package> debug;  // linux-image-RELEASE-dbg, of the same version
    std::optional<Package> source; // linux-source-SERIES, of the same version
    uint64_t size() const;         // bytes of `packages`
    bool operator==(const Resolution&) const = default;
};

// Picks a row's kernel out of the packages of its suites. Pure. All are of one version but kbuild,
// whose programs are of the series: where an ABI outlives its own, the nearest later one does.
Result<Resolution> resolve(const CatalogueRow& row, const std::vector<Package>& packages);

// JSON of schema "gueway.catalogue/1":
//   {"schema", "kernels": [{"name", "release", "version", "packages": [PACKAGE], "inputs":
//   [PACKAGE], "debug": PACKAGE or null, "source": PACKAGE or null}]}, PACKAGE = {"package",
//   "version", "sha256", "size", "suite"}.
constexpr std::string_view catalogue_schema = "gueway.catalogue/1";
using Record = std::map<std::string, Resolution>; // by name
Json to_json(const Record& record);
// What is damaged, a kernel or all of it, is left out: it can be made again.
Record record_from_json(const Json& json);

// What was resolved before, from CACHE/catalogue.json; empty when there is none.
Result<Record> recorded();
// Puts the resolution into the record, under a lock.
Result<void> record(const Resolution& resolution);

// Asks the archive: refreshes the row's suites, resolves, records. When a suite cannot be reached
// its index on disk is used and a note says so.
Result<Resolution> refresh(const CatalogueRow& row);
// The recorded resolution, else refresh(). Unknown names are an Error that lists the known ones.
Result<Resolution> find_resolution(const std::string& name);

} // namespace gueway
