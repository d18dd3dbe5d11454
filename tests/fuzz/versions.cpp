// SPDX-License-Identifier: GPL-2.0-only
// Debian versions, three a line each: the order is one (antisymmetric, transitive), and a tilde
// sorts before the end of a version, everything else after it (deb-version(7)).
#include "fuzz.h"
#include "lab/packages.h"
#include "util/text.h"

using namespace gueway;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    auto versions = split(text_of(data, size), '\n');
    versions.resize(3);
    for (const auto a : versions) {
        must(compare_versions(a, a) == 0, "a version equals itself");
        must(compare_versions(std::string(a) + "~1", a) < 0, "a tilde sorts before the end");
        must(compare_versions(std::string(a) + "+1", a) > 0, "a plus sorts after the end");
        for (const auto b : versions) {
            const auto order = compare_versions(a, b);
            must((order < 0) == (compare_versions(b, a) > 0), "the order is antisymmetric");
            for (const auto c : versions)
                if (order <= 0 && compare_versions(b, c) <= 0)
                    must(compare_versions(a, c) <= 0, "the order is transitive");
        }
    }
    return 0;
}
