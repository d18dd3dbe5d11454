// SPDX-License-Identifier: GPL-2.0-only
// An archive's index of packages. Only what was asked for is found, with a digest that is one; what
// was found reads the same when written again; and a bad stanza costs nothing but itself.
#include "lab/packages.h"

#include "fuzz.h"

using namespace gueway;

namespace {

constexpr const char* suite = "bookworm";

bool wanted(std::string_view name)
{
    return name.starts_with("linux-");
}

std::string stanza(const Package& p)
{
    return fmt::format("Package: {}\nVersion: {}\nSize: {}\nSHA256: {}\n\n", p.package, p.version,
                       p.size, p.sha256);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto index = text_of(data, size);
    auto found = parse_packages(index, suite, wanted);
    std::string written;
    for (const auto& p : found) {
        must(wanted(p.package), "only what was asked for is found");
        must(p.sha256.size() == 64 &&
                 p.sha256.find_first_not_of("0123456789abcdef") == std::string::npos,
             "a digest is 64 hexadecimal digits");
        written += stanza(p);
    }
    must(parse_packages(written, suite, wanted) == found, "what was written reads the same");

    const Package good{"linux-image-x", "1-1", std::string(64, '0'), 1, suite};
    found.push_back(good);
    must(parse_packages(fmt::format("{}\n\n{}", index, stanza(good)), suite, wanted) == found,
         "what comes before a stanza does not change it");
    return 0;
}
