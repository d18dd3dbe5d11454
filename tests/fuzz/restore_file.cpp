// SPDX-License-Identifier: GPL-2.0-only
// A restore file: every line is given once, whole and under its number, whatever its length, and
// none of the words has a blank.
#include "fuzz.h"
#include "ipvsadm/lines.h"
#include "util/fd.h"
#include "util/text.h"

#include <sys/mman.h>
#include <unistd.h>

using namespace gueway;
using namespace gueway::ipvsadm;

namespace {

// The bytes as a file that can be read.
Fd file_of(std::string_view bytes)
{
    Fd file(::memfd_create("restore", MFD_CLOEXEC));
    must(::write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
         "memory for the file");
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

// Fuzzers make short inputs: the first byte says how often the rest is repeated, so that long lines
// and many blocks come about.
std::string repeated(std::string_view text)
{
    if (text.empty()) return {};
    const size_t times = size_t{1} << (static_cast<uint8_t>(text[0]) % 14);
    std::string whole;
    for (size_t i = 0; i < times && whole.size() < 4 * longest_line; ++i) whole += text.substr(1);
    return whole;
}

void check_words(std::string_view line)
{
    std::vector<std::string_view> room;
    for (const auto word : command_words(line, room)) {
        must(!word.empty() && word.find_first_of(" \t\r\v\f") == std::string_view::npos,
             "a word has no blank");
        must(word.data() >= line.data() && word.data() + word.size() <= line.data() + line.size(),
             "a word is a part of its line");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto whole = repeated(text_of(data, size));
    const auto expected = lines(whole);
    size_t number = 0;
    const auto file = file_of(whole);
    const auto each = [&](const Line& line) {
        must(line.number == ++number && number <= expected.size(), "lines come in their order");
        const auto wanted = expected[number - 1];
        must(line.too_long ? wanted.size() > longest_line && wanted.starts_with(line.text)
                           : line.text == wanted,
             "a line is what the file has");
        if (!line.too_long) check_words(line.text);
    };
    const auto read = read_lines(file.get(), "restore", each, [] {});
    must(read.has_value() && number == expected.size(), "every line was given");
    return 0;
}
