// SPDX-License-Identifier: GPL-2.0-only
#include "lab/digest.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

// FIPS 180-4's examples.
constexpr std::string_view empty_digest =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view abc_digest =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, AgreesWithTheStandard)
{
    EXPECT_EQ(sha256(""), empty_digest);
    EXPECT_EQ(sha256("abc"), abc_digest);
}

TEST(Sha256, PiecesMakeTheWhole)
{
    EXPECT_EQ(Sha256().add("a").add("").add("bc").hex(), abc_digest);
}

TEST(Sha256, OfAFileLargerThanABlock)
{
    const auto directory = TempDir::make();
    ASSERT_TRUE(directory);
    const std::string big(3'000'001, 'x');
    ASSERT_TRUE(write_file(directory->path() / "f", big));
    EXPECT_EQ(sha256_file(directory->path() / "f").value(), sha256(big));
    EXPECT_EQ(sha256_file(directory->path() / "g").error().code, ENOENT);
}

} // namespace
} // namespace gueway
