// SPDX-License-Identifier: GPL-2.0-only
// What netlab makes of a kernel it makes once.
#include "lent_cache.h"
#include "netlab.h"

#include <map>

#include <sys/stat.h>

namespace gueway {
namespace {

// Of the layers in a cache, which directory each is: one that is made anew takes the place of the
// old one.
std::map<std::string, ino_t> layers(const fs::path& cache)
{
    std::map<std::string, ino_t> found;
    for (const auto& entry : fs::directory_iterator(cache / "layers"))
        if (struct stat status; ::stat(entry.path().c_str(), &status) == 0)
            found.emplace(entry.path().filename(), status.st_ino);
    return found;
}

// Without QEMU, so that nothing is waited for but the layers.
TEST(LayerCache, ASecondRunMakesNoLayerAnew)
{
    const auto path = TempDir::make().value();
    link_programs_except("qemu-system-x86_64", path.path());
    const auto cache = TempDir::make().value();
    ASSERT_NO_FATAL_FAILURE(lend_kernel(cache.path()));
    const auto layers_of_a_run = [&] {
        const auto ran =
            run({"env", "PATH=" + path.path().string(), "GUEWAY_CACHE=" + cache.path().string(),
                 netlab_program, "run", "--", "true"});
        EXPECT_TRUE(ran);
        return layers(cache.path());
    };
    const auto first = layers_of_a_run();
    EXPECT_FALSE(first.empty());
    EXPECT_EQ(layers_of_a_run(), first);
}

} // namespace
} // namespace gueway
