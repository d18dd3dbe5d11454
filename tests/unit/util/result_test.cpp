// SPDX-License-Identifier: GPL-2.0-only
#include "util/result.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Error, NamesObjectOperationAnswerAndRemedy)
{
    const Error e{"worker w2 (172.70.72.206)", "add destination", ENOENT,
                  "scheduler \"mh\" is not loaded", "modprobe ip_vs_mh"};
    EXPECT_EQ(e.text(),
              "worker w2 (172.70.72.206): add destination: scheduler \"mh\" is not loaded "
              "(ENOENT): modprobe ip_vs_mh");
}

TEST(Error, TakesTheKernelsWordsWhenItHasNoneOfItsOwn)
{
    const Error e{"/dev/kvm", "open", EACCES, {}, {}};
    EXPECT_EQ(e.text(), "/dev/kvm: open: Permission denied (EACCES)");
}

Result<int> half(int n)
{
    if (n % 2 != 0) return error(std::to_string(n), "halve", "it is odd");
    return n / 2;
}

Result<int> quarter(int n)
{
    return half(TRY(half(n)));
}

TEST(Try, GivesTheValueOrReturnsTheError)
{
    EXPECT_EQ(quarter(12).value(), 3);
    EXPECT_EQ(quarter(6).error().object, "3");
}

Result<void> check(int n)
{
    TRY(half(n));
    return {};
}

TEST(Try, WorksForVoid)
{
    EXPECT_TRUE(check(2));
    EXPECT_FALSE(check(1));
}

} // namespace
} // namespace gueway
