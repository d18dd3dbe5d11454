// SPDX-License-Identifier: GPL-2.0-only
#include "tests/lab/opinion/pwru.h"

namespace gueway {
namespace {

TEST_F(Pwru, WithEveryFunctionItKnowsDoesNotSeeTheDropEither)
{
    compare({"pwru"}, std::chrono::seconds(300));
}

} // namespace
} // namespace gueway
