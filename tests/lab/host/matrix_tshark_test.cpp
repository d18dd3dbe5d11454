// SPDX-License-Identifier: GPL-2.0-only
// tshark reads what the matrix captured as we do: gsobench, as its user runs it, writes all packets
// of its cells into a file, and each of them is read by both.
#include "matrix/axes.h"
#include "matrix_run.h"
#include "second_decoder.h"
#include "tests/assert_ok.h"
#include "util/process.h"

#include <chrono>
#include <iostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

// Shapes that cross all there is on the way: whole, segmented, refused, in fragments.
constexpr const char* shapes[] = {"tcp/fits", "sctp/fits", "tcp-gso/k-more-1", "udp-gso/two",
                                  "udp/more-1"};
constexpr const char* cut_shape = "udp/more-8/{}/m1500/plain/vlan-none/no-df"; // inner IPv4 alone

// Each tunnel over each underlay.
Argv sample()
{
    Argv words;
    const auto add = [&words](const std::string& cell) {
        words.insert(words.end(), {"--cell", cell});
    };
    for (const auto tunnel : value_names(matrix::Axis::tunnel))
        for (const char* family : {"in4/out4", "in6/out4", "in4/out6", "in6/out6"})
            for (const auto underlay : value_names(matrix::Axis::underlay)) {
                const auto way = fmt::format("{}/{}", tunnel, family);
                for (const char* shape : shapes) add(fmt::format("{}/{}/{}", way, shape, underlay));
                if (way.ends_with("in4/out4") || way.ends_with("in4/out6"))
                    add(fmt::format("{}/{}", way, fmt::format(cut_shape, underlay)));
            }
    return words;
}

// Which cells passed is not asked here: a packet that a bug made is to be read the same too.
Result<fs::path> capture(const TempDir& directory, const Argv& selection)
{
    auto file = directory.path() / "cells.pcapng";
    Argv argv = {gsobench_program, "matrix", "--kernel", "6.1", "--pcapng", file.string()};
    argv.insert(argv.end(), selection.begin(), selection.end());
    const auto outcome = TRY(run(argv));
    if (outcome.status > 1) return error(gsobench_program, "run cells", outcome.errors);
    return file;
}

void expect_agreement(const fs::path& file)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto opinion = second_opinion(file);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    ASSERT_OK(opinion);
    std::cout << "compared: " << opinion->text() << fmt::format("; {:.1f} s\n", took.count());
    EXPECT_TRUE(opinion->differences.empty());
    EXPECT_GT(opinion->sums, 0U);
    EXPECT_GT(opinion->others, 0U);
    for (const auto tunnel : value_names(matrix::Axis::tunnel))
        EXPECT_TRUE(opinion->packets.contains(std::string(tunnel))) << tunnel;
}

// Of each frame the last byte, which a checksum covers, or the one that is told.
Result<fs::path> changed(const TempDir& directory, const fs::path& file)
{
    auto bytes = TRY(read_file(file));
    size_t from = 0;
    for (const auto& frame : TRY(frames_of(file))) {
        const std::string_view whole(reinterpret_cast<const char*>(frame.bytes.data()),
                                     frame.bytes.size());
        from = bytes.find(whole, from);
        if (from == std::string::npos) return error(file.string(), "find a frame", "it is gone");
        from += whole.size();
        bytes[from - 1] ^= 1;
    }
    auto into = directory.path() / "changed.pcapng";
    TRY(write_file(into, bytes));
    return into;
}

TEST(MatrixTshark, ReadsASampleAsWeDo)
{
    const auto directory = TempDir::make("second");
    ASSERT_OK(directory);
    auto selection = sample();
    selection.insert(selection.end(), {"--guests", "1"});
    const auto file = capture(*directory, selection);
    ASSERT_OK(file);
    ASSERT_NO_FATAL_FAILURE(expect_agreement(*file));

    // Both find the same checksums wrong in a file that is; and one that reads another differs.
    const auto other = changed(*directory, *file);
    ASSERT_OK(other);
    const auto wrong = second_opinion(*other), against = second_opinion(*file, *other);
    ASSERT_OK(wrong);
    ASSERT_OK(against);
    EXPECT_TRUE(wrong->differences.empty()) << wrong->text();
    EXPECT_GT(wrong->wrong_sums, wrong->others / 2);
    EXPECT_GT(against->differences.size(), wrong->wrong_sums / 2);
}

// What check-all runs, in a minute or two.
TEST(WholeMatrixTshark, ReadsTheDefaultSelectionAsWeDo)
{
    const auto directory = TempDir::make("second");
    ASSERT_OK(directory);
    const auto file = capture(*directory, {});
    ASSERT_OK(file);
    std::cout << fs::file_size(*file) << " bytes\n";
    expect_agreement(*file);
}

} // namespace
} // namespace gueway
