// SPDX-License-Identifier: GPL-2.0-only
#include "lab/packages.h"
#include "util/process.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway {
namespace {

const std::string digest_a(64, 'a');
const std::string digest_b(64, 'b');

const std::string index = "Package: linux-image-6.1.0-1-cloud-amd64\n"
                          "Source: linux-signed-amd64 (6.1.1+1)\n"
                          "Version: 6.1.1-1\n"
                          "Description: Linux\n"
                          " Package: not-this\n"
                          " Version: 9\n"
                          "Size: 26424228\n"
                          "SHA256: " +
                          digest_a +
                          "\n"
                          "\n"
                          "Package: bash\n"
                          "Version: 5.2\n"
                          "Size: 1\n"
                          "SHA256: " +
                          digest_a +
                          "\n"
                          "\n\n"
                          "Version: 6.1.2-1\n"
                          "Package: linux-image-6.1.0-2-cloud-amd64\n"
                          "SHA256: " +
                          digest_b +
                          "\n"
                          "Size: 7\n";

bool any(std::string_view)
{
    return true;
}

TEST(Packages, ReadsTheFieldsOfTheWanted)
{
    const auto found = parse_packages(
        index, "bookworm", [](std::string_view name) { return name.starts_with("linux-"); });
    const std::vector<Package> expected = {
        {"linux-image-6.1.0-1-cloud-amd64", "6.1.1-1", digest_a, 26424228, "bookworm"},
        {"linux-image-6.1.0-2-cloud-amd64", "6.1.2-1", digest_b, 7, "bookworm"}};
    EXPECT_EQ(found, expected);
}

TEST(Packages, LeavesOutWhatCannotBeChecked)
{
    const std::string no_digest = "Package: a\nVersion: 1\nSize: 1\n";
    EXPECT_TRUE(parse_packages(no_digest, "s", any).empty());
    EXPECT_TRUE(parse_packages(no_digest + "SHA256: abc\n", "s", any).empty());
    EXPECT_TRUE(
        parse_packages("Package: a\nVersion: 1\nSize: x\nSHA256: " + digest_a + "\n", "s", any)
            .empty());
    EXPECT_EQ(parse_packages(no_digest + "SHA256: " + digest_a, "s", any).size(), 1u);
}

TEST(Packages, OfAnEmptyIndexAreNone)
{
    for (const auto* text : {"", "\n", "\n\n\n"})
        EXPECT_TRUE(parse_packages(text, "s", any).empty());
}

const std::vector<std::string> versions = {
    "6.1.176-1",
    "6.1.170-3",
    "6.1.192-2",
    "6.1.192-1",
    "6.1.9-1",
    "6.12.95-1~bpo12+1",
    "6.12.95-1",
    "6.12.117-1~deb12u1",
    "6.12.90-2~bpo12+1",
    "5.10.223-1",
    "1:4.0-1",
    "7.2.13-1",
    "7.2.13",
    "7.2~rc3-1~exp1",
    "7.2~rc3-1",
    "7.2-1",
    "4.12.1~deb12u1",
    "4.12.1~bpo12+1",
    "1.0a",
    "1.0+1",
    "1.00-01",
    "1.0-1",
};

// Two total orders that agree on neighbours agree.
TEST(Versions, AgreeWithDpkg)
{
    if (!run({"dpkg", "--version"})) GTEST_SKIP() << "no dpkg to agree with";
    auto sorted = versions;
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return compare_versions(a, b) < 0; });
    for (size_t i = 0; i + 1 < sorted.size(); ++i) {
        const auto& a = sorted[i];
        const auto& b = sorted[i + 1];
        const auto* relation = compare_versions(a, b) == 0 ? "eq" : "lt";
        EXPECT_EQ(run({"dpkg", "--compare-versions", a, relation, b})->status, 0)
            << a << " " << relation << " " << b;
        EXPECT_EQ(compare_versions(a, b) < 0, compare_versions(b, a) > 0) << a << " " << b;
    }
}

} // namespace
} // namespace gueway
