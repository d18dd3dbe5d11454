// SPDX-License-Identifier: GPL-2.0-only
// kernel/inner-mac.cocci on a source, for tests.
#pragma once

#include "util/file.h"
#include "util/process.h"
#include "util/text.h"

#include <string>
#include <vector>

namespace gueway {

struct Patched {
    std::string source;
    std::vector<std::string> said; // "already fixed in FUNCTION", "not fixed in FUNCTION"
};

inline bool have_spatch()
{
    return run({"spatch", "--version"}).has_value();
}

// `mode` is "patch", "report" or "revert". As in kernel/variants/lib.sh the path gets sbin, which
// an ordinary user's has not, for spatch needs ldconfig.
inline Result<Patched> semantic_patch(const std::string& mode, const std::string& source)
{
    const auto directory = TRY(TempDir::make());
    const auto in = directory.path() / "in.c";
    const auto out = directory.path() / "out.c";
    TRY(write_file(in, source));
    const auto outcome = TRY(
        run({"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; exec spatch \"$@\"", "spatch", "--very-quiet",
             "--sp-file", "kernel/inner-mac.cocci", "-D", mode, in, "-o", out}));
    if (outcome.status != 0) return error("spatch", mode, outcome.errors);
    Patched patched{TRY(read_file(out)), {}};
    for (const auto line : lines(outcome.errors))
        if (const auto at = line.find("fixed in"); at != line.npos)
            patched.said.emplace_back(line.substr(line.rfind(':', at) + 2));
    return patched;
}

} // namespace gueway
