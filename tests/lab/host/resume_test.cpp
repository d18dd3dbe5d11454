// SPDX-License-Identifier: GPL-2.0-only
// gsobench matrix --resume: what an old kernel did is not taken for a new one's.
#include "lab/kernel.h"
#include "matrix_run.h"
#include "tests/assert_ok.h"

#include <fstream>

namespace gueway {
namespace {

// As a kernel team's CI has it: each build lies where the one before it lay, and says the same
// release.
TEST(Resume, AKernelThatWasBuiltAnewUnderItsOldPathIsAnother)
{
    const auto directory = TempDir::make("resume");
    ASSERT_OK(directory);
    const auto stock = find_kernel("6.1");
    ASSERT_OK(stock);
    const auto own = directory->path() / "kernel", image = own / "vmlinuz";
    fs::create_directory(own);
    fs::copy_file(stock->vmlinuz, image);
    fs::create_directory_symlink(stock->root / "lib", own / "lib");
    const Argv argv = {gsobench_program, "matrix",
                       "--kernel",       own.string(),
                       "--guests",       "1",
                       "--cell",         "ipip/in4/out4/udp/small/whole",
                       "--resume",       (directory->path() / "kept").string()};
    const auto first = run(argv);
    ASSERT_OK(first);
    ASSERT_EQ(first->status, 0) << first->output << first->errors;
    const auto again = run(argv);
    ASSERT_OK(again);
    EXPECT_EQ(again->status, 0) << again->errors;

    std::ofstream(image, std::ios::app) << '\0';
    const auto other = run(argv);
    ASSERT_OK(other);
    EXPECT_EQ(other->status, 2) << other->output;
    EXPECT_TRUE(other->errors.contains("it is of another run: image: ")) << other->errors;
}

} // namespace
} // namespace gueway
