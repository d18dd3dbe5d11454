// SPDX-License-Identifier: GPL-2.0-only
// Debug information of a program that the compiler makes here, of which the lines are known.
#include "trace/source_lines.h"
#include "util/file.h"
#include "util/process.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

// Line 4 is inlined into line 9, and that into line 14.
constexpr const char* program = R"(extern void drop(int);
static inline __attribute__((always_inline)) void innermost(int i)
{
    drop(i);
}

static inline __attribute__((always_inline)) void middle(int i)
{
    innermost(i + 1);
}

void outermost(int i)
{
    middle(i + 1);
    drop(0);
}
static void twice(void) { drop(2); }
void (*one)(void) = twice;
)";
constexpr const char* other = R"(extern void drop(int);
static void twice(void) { drop(3); }
void (*another)(void) = twice;
__attribute__((noinline)) void drop(int i) { __asm__ volatile("" : : "r"(i)); }
int main(void) { return 0; }
)";

class Built : public testing::Test {
protected:
    void SetUp() override
    {
        const auto in = [&](const char* name) { return (directory.path() / name).string(); };
        ASSERT_TRUE(write_file(in("program.c"), program));
        ASSERT_TRUE(write_file(in("other.c"), other));
        const auto built = run_ok({"gcc", "-O1", "-g", "-fno-pie", "-no-pie", "-Wl,--build-id",
                                   in("program.c"), in("other.c"), "-o", in("program")});
        ASSERT_TRUE(built) << built.error().text();
        file = in("program");
    }
    TempDir directory = TempDir::make().value();
    fs::path file;
};

TEST_F(Built, TellsTheLineAndWhatItWasInlinedInto)
{
    const auto lines = SourceLines::open(file);
    ASSERT_TRUE(lines) << lines.error().text();
    // The first call: somewhere in the first bytes of the function is its instruction.
    std::vector<SourceLine> found;
    for (uint64_t offset = 0; offset < 32 && found.size() < 3; ++offset)
        found = lines->find("outermost", offset);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].function, "innermost");
    EXPECT_EQ(found[0].line, 4);
    EXPECT_EQ(found[1].function, "middle");
    EXPECT_EQ(found[1].line, 9);
    EXPECT_EQ(found[2].function, "outermost");
    EXPECT_EQ(found[2].line, 14);
    for (const auto& line : found) EXPECT_TRUE(line.file.ends_with("program.c")) << line.file;
}

TEST_F(Built, DoesNotGuessBetweenFunctionsOfOneName)
{
    const auto lines = SourceLines::open(file);
    ASSERT_TRUE(lines) << lines.error().text();
    EXPECT_FALSE(lines->find("drop", 1).empty());
    EXPECT_TRUE(lines->find("twice", 1).empty());
    EXPECT_TRUE(lines->find("no_such_function", 1).empty());
}

TEST_F(Built, RefusesAnotherBuild)
{
    const auto refused = SourceLines::open(file, "another id");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("another build"), std::string::npos);
    EXPECT_FALSE(SourceLines::open(directory.path() / "program.c"));
    EXPECT_FALSE(SourceLines::open(directory.path() / "nothing"));
}

TEST(BuildId, IsFoundAmongNotes)
{
    using namespace std::string_view_literals;
    const auto xen = "\4\0\0\0\2\0\0\0\6\0\0\0Xen\0ab\0\0"sv;
    const auto gnu = "\4\0\0\0\3\0\0\0\3\0\0\0GNU\0xyz\0"sv;
    EXPECT_EQ(build_id(std::string(xen) + std::string(gnu)), "xyz");
    EXPECT_EQ(build_id(gnu), "xyz");
    EXPECT_EQ(build_id(xen), "");
    EXPECT_EQ(build_id(gnu.substr(0, 17)), ""); // cut off
    EXPECT_EQ(build_id(""), "");
}

TEST(FindDebuginfo, LooksWhereDebianPutsIt)
{
    const auto directory = TempDir::make().value();
    const auto modules = directory.path() / "lib/modules/6.1/kernel/net";
    ASSERT_TRUE(make_directories(modules));
    ASSERT_TRUE(make_directories(directory.path() / "boot"));
    ASSERT_TRUE(write_file(modules / "nf-tables.ko.debug", "x"));
    ASSERT_TRUE(write_file(directory.path() / "boot/vmlinux-6.1", "x"));
    EXPECT_EQ(find_debuginfo(directory.path(), "6.1").value(),
              directory.path() / "boot/vmlinux-6.1");
    EXPECT_EQ(find_debuginfo(directory.path() / "boot/vmlinux-6.1", "6.2").value(),
              directory.path() / "boot/vmlinux-6.1");
    EXPECT_EQ(find_debuginfo(directory.path(), "6.1", "nf_tables").value(),
              modules / "nf-tables.ko.debug");
    const auto missing = find_debuginfo(directory.path(), "6.1", "ip_vs");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().text().find("linux-image-6.1-dbg"), std::string::npos);
}

} // namespace
} // namespace gueway
