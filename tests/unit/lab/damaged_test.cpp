// SPDX-License-Identifier: GPL-2.0-only
// Inputs like those that fuzzing found (tests/fuzz): what is damaged is left out, not half
// believed.
#include "lab/catalogue.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

const std::string digest(64, 'a');

std::vector<Package> packages(const std::string& names, const std::string& sha256)
{
    return parse_packages(names + "Version: 1\nSize: 1\nSHA256: " + sha256 + "\n", "suite",
                          [](std::string_view name) { return name == "linux-a"; });
}

// The name asked about and the name found must be one.
TEST(DamagedPackages, StanzasWithTwoNames)
{
    EXPECT_EQ(packages("Package: linux-a\n", digest).size(), 1U);
    EXPECT_TRUE(packages("Package: linux-a\nPackage: other\n", digest).empty());
    EXPECT_TRUE(packages("Package: other\nPackage: linux-a\n", digest).empty());
}

TEST(DamagedPackages, DigestsThatAreNone)
{
    EXPECT_TRUE(packages("Package: linux-a\n", digest.substr(1)).empty());
    EXPECT_TRUE(packages("Package: linux-a\n", "../" + digest.substr(3)).empty());
}

const std::string kernel =
    R"({"name": "6.1", "release": "r", "version": "v", "inputs": [], "debug": null, "packages": [
        {"package": "p", "version": "v", "sha256": "00", "suite": "s", "size": SIZE}]})";

Record read(const std::string& text)
{
    return record_from_json(parse_json(text, "test").value());
}

Record read_with_size(const std::string& size)
{
    std::string text = kernel;
    text.replace(text.find("SIZE"), 4, size);
    return read(R"({"schema": "gueway.catalogue/1", "kernels": [1, )" + text + "]}");
}

TEST(DamagedRecord, CostsTheKernelThatIsDamaged)
{
    EXPECT_EQ(read_with_size("7").at("6.1").packages.front().size, 7U);
    for (const auto* size : {"-1", "1.5", "true", "\"7\""})
        EXPECT_TRUE(read_with_size(size).empty()) << size;
}

TEST(DamagedRecord, IsAnEmptyOne)
{
    for (const auto* text :
         {"1", "[]", "{}", R"({"schema": 1})", R"({"schema": "gueway.catalogue/1"})",
          R"({"schema": "gueway.catalogue/1", "kernels": "none"})",
          R"({"schema": "gueway.catalogue/2", "kernels": []})"})
        EXPECT_TRUE(read(text).empty()) << text;
}

} // namespace
} // namespace gueway
