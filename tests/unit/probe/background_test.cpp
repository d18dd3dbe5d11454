// SPDX-License-Identifier: GPL-2.0-only
#include "probe/background.h"
#include "util/deadline.h"
#include "util/fd.h"

#include <array>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace gueway {
namespace {

// What we close is not the last descriptor while we do, and is closed for good soon after.
TEST(CloseInBackground, ClosesHereFirstThenForGood)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    const Fd reader(ends[0]);
    Fd writer(ends[1]);
    char none = 0;
    ssize_t while_closing = 0;
    close_in_background([&] {
        writer.reset();
        while_closing = ::read(reader.get(), &none, 1); // EAGAIN: somebody has it still
    });
    EXPECT_EQ(while_closing, -1);
    const auto gone = wait_until(Deadline::after(std::chrono::seconds(10)), "pipe", "its end",
                                 [&] { return ::read(reader.get(), &none, 1) == 0; });
    EXPECT_TRUE(gone) << gone.error().text();
}

} // namespace
} // namespace gueway
