// SPDX-License-Identifier: GPL-2.0-only
// `make install-hotfix` with Debian's dkms and headers of the catalogue, in a mount namespace: over
// this machine's /usr and /var/lib lie theirs, and what is written goes with it.
#include "lab/archive.h"
#include "lab/cache.h"
#include "lab/kernel.h"
#include "lab/unpack.h"
#include "tests/assert_ok.h"
#include "util/process.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway {
namespace {

// The package alone: what it depends on is what this machine builds with.
Result<void> fetch_dkms(const fs::path& directory)
{
    const auto suite = TRY(Suite::open("bookworm"));
    if (!suite) return error("suite bookworm", "find", "apt's sources have no mirror of it");
    TRY(suite->refresh());
    const auto found = TRY(suite->packages([](std::string_view name) { return name == "dkms"; }));
    if (found.empty()) return error("package dkms", "find", "bookworm has none");
    return fetch_packages({found.front()}, directory);
}

Result<fs::path> dkms()
{
    return TRY(Cache::open("dkms")).get("bookworm", fetch_dkms);
}

constexpr const char* script = R"(set -e
inputs=$1 dkms=$2 top=$3 release=$4
mount -t tmpfs tmpfs "$top"
lay() {
    mkdir -p "$top$1/upper" "$top$1/work"
    mount -t overlay overlay -o "lowerdir=$2:$1,upperdir=$top$1/upper,workdir=$top$1/work" "$1"
}
mkdir -p "$top/nothing"
lay /usr "$dkms/usr:$inputs/usr"
mkdir -p /usr/lib/modules
lay /usr/lib/modules "$inputs/lib/modules"
lay /var/lib "$top/nothing"
make --silent install-hotfix KERNEL="$release"
modinfo --set-version "$release" --field filename gueway_hotfix
)";

class Dkms : public testing::TestWithParam<const char*> {};

TEST_P(Dkms, InstallsTheHotfixWhereModprobeFindsIt)
{
    const auto inputs = find_build_inputs(GetParam());
    ASSERT_OK(inputs);
    const auto tool = dkms();
    ASSERT_OK(tool);
    const auto top = TempDir::make();
    ASSERT_OK(top);
    const auto done = run({"unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh",
                           inputs->headers_root, *tool, top->path(), inputs->release});
    ASSERT_OK(done);
    EXPECT_EQ(done->status, 0) << done->output << done->errors;
    const auto installed = "/lib/modules/" + inputs->release + "/updates/dkms/gueway_hotfix.ko\n";
    EXPECT_TRUE(done->output.ends_with(installed)) << done->output << done->errors;
}

INSTANTIATE_TEST_SUITE_P(Kernel, Dkms, testing::Values("6.1"), [](const auto& info) {
    std::string name = info.param;
    std::ranges::replace(name, '.', '_');
    return name;
});

} // namespace
} // namespace gueway
