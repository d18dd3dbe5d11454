// SPDX-License-Identifier: GPL-2.0-only
// A test with a cache of its own, gone afterwards.
#pragma once

#include "util/file.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace gueway {

class WithCache : public testing::Test {
protected:
    void SetUp() override { ::setenv("GUEWAY_CACHE", cache().c_str(), 1); }
    void TearDown() override { ::unsetenv("GUEWAY_CACHE"); }

    fs::path cache() const { return directory_.path() / "cache"; }
    // A place beside the cache.
    fs::path place() const { return directory_.path(); }

private:
    TempDir directory_ = TempDir::make().value();
};

} // namespace gueway
