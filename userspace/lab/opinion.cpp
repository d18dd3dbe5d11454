// SPDX-License-Identifier: GPL-2.0-only
#include "lab/opinion.h"

#include "lab/archive.h"
#include "lab/cache.h"
#include "lab/kernel.h"
#include "lab/own_libraries.h"
#include "lab/unpack.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

// Another layout of the tree is another entry of the cache.
constexpr int layout = 2;
constexpr std::string_view tree = "tree";
constexpr std::string_view headers = "headers";

const Opinion* find(std::string_view name)
{
    const auto& all = opinions();
    const auto at = std::ranges::find(all, name, &Opinion::name);
    return at == all.end() ? nullptr : &*at;
}

// Where the guest has it.
std::string directory_of(const Opinion& opinion)
{
    return fmt::format("/opt/{}", opinion.name);
}

Result<std::vector<Package>> resolve(const Opinion& opinion)
{
    const std::string name(opinion.suite);
    const auto suite = TRY(Suite::open(name));
    if (!suite) return error("suite " + name, "find", "apt's sources have no mirror of it", "");
    TRY(suite->refresh());
    return suite->closure({opinion.packages.begin(), opinion.packages.end()});
}

// Nobody reads them in a guest; the rest is taken as it comes.
void trim_tree(const fs::path& root)
{
    std::error_code ignored;
    for (const char* waste : {"usr/share", "usr/lib/x86_64-linux-gnu/gconv", "etc", "var"})
        fs::remove_all(root / waste, ignored);
}

Result<void> fill(const Opinion& opinion, const fs::path& directory)
{
    const auto root = directory / tree / directory_of(opinion).substr(1);
    TRY(make_directories(root));
    TRY(fetch_packages(TRY(resolve(opinion)), root));
    trim_tree(root);
    const auto scripts = directory / tree / "usr/local/bin";
    TRY(make_directories(scripts));
    for (const auto& program : opinion.programs) {
        const auto script = scripts / fs::path(program.path).filename();
        TRY(write_file(script, TRY(opinion_script(opinion, program, root))));
        std::error_code ec;
        fs::permissions(script, fs::perms(0755), ec);
        if (ec) return Error{script, "make executable", ec.value(), {}, {}};
    }
    return {};
}

} // namespace

const std::vector<Opinion>& opinions()
{
    static const std::vector<Opinion> all = {
        {"pwru", "sid", {"pwru"}, {{"/usr/bin/pwru", ""}}},
        {"tracers",
         "bookworm",
         {"bpftrace", "bpfcc-tools"},
         {{"/usr/bin/bpftrace", ""}, {"/usr/sbin/argdist-bpfcc", "/usr/bin/python3.11"}}},
    };
    return all;
}

Result<std::string> opinion_script(const Opinion& opinion, const Opinion::Program& program,
                                   const fs::path& root)
{
    const auto here = directory_of(opinion);
    std::string libraries;
    for (const std::string_view prefix : {"", "/usr"}) // merged in newer suites
        libraries +=
            fmt::format("{}{}{}/lib/x86_64-linux-gnu", libraries.empty() ? "" : ":", here, prefix);
    const auto loader = find_loader(root);
    if (!loader)
        return Error{root, "find the dynamic loader", ENOENT, {}, "remove the cache entry"};
    auto command = fmt::format("{}/{} --library-path {}", here, loader->string(), libraries);
    if (!program.interpreter.empty()) command += fmt::format(" {}{}", here, program.interpreter);
    return fmt::format("#!/bin/sh\nPYTHONHOME={0}/usr exec {1} {0}{2} \"$@\"\n", here, command,
                       program.path);
}

Result<Extra> find_opinion(std::string_view name)
{
    if (name == headers)
        return Extra{TRY(find_build_inputs("6.1")).headers_root / "usr/src", "/usr/src"};
    const auto* opinion = find(name);
    if (!opinion) {
        std::vector<std::string> known;
        for (const auto& one : opinions()) known.push_back(fmt::format("@{}", one.name));
        known.push_back(fmt::format("@{}", headers));
        return error(fmt::format("{}{}", opinion_mark, name), "look up", "no such second opinion",
                     "use one of " + join(known, ", "));
    }
    const auto cache = TRY(Cache::open("opinions"));
    const auto entry = TRY(cache.get(
        fmt::format("{}-{}", name, layout),
        [&](const fs::path& directory) { return fill(*opinion, directory); },
        [](const fs::path& at) -> Result<void> { return TRY(Manifest::load(at)).check_all(); }));
    return Extra{entry / tree, "/"};
}

} // namespace gueway
