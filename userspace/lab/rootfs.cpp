// SPDX-License-Identifier: GPL-2.0-only
#include "lab/rootfs.h"

#include "lab/cache.h"
#include "lab/digest.h"
#include "lab/layer.h"
#include "lab/opinion.h"
#include "util/json.h"
#include "util/process.h"
#include "util/text.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gueway {

namespace {

struct Program {
    const char* name;
    const char* package;
    std::vector<const char*> links; // other names it answers to
};

// busybox comes last in PATH and only fills the gaps: its sh is not used, because it prefers its
// own applets to real programs of the same name.
const Program programs[] = {
    {"bash", "bash"},
    {"dash", "dash", {"/bin/sh"}},
    {"busybox", "busybox-static"},
    {"kmod", "kmod", {"/sbin/modprobe", "/sbin/insmod", "/sbin/rmmod", "/sbin/lsmod"}},
    {"ip", "iproute2"},
    {"tc", "iproute2"},
    {"ss", "iproute2"},
    {"bridge", "iproute2"},
    {"ethtool", "ethtool"},
    {"ipvsadm", "ipvsadm"},
};

// Enough of /etc for programs that look users and hosts up.
constexpr std::pair<const char*, const char*> texts[] = {
    {"/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n"},
    {"/etc/group", "root:x:0:\nnogroup:x:65534:\n"},
    {"/etc/hosts", "127.0.0.1 localhost netlab\n::1 localhost\n"},
    {"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
};

Result<fs::path> locate(const Program& program)
{
    return find_program(program.name, fmt::format("apt-get install {}", program.package));
}

// A file's identity without reading it: enough to know that a cached layer is stale.
Result<std::string> identity(const fs::path& path)
{
    struct stat st{};
    if (::stat(path.c_str(), &st) != 0) return errno_error(path, "read attributes");
    return fmt::format("{} {} {}.{:09}\n", path.string(), st.st_size, st.st_mtim.tv_sec,
                       st.st_mtim.tv_nsec);
}

Result<std::string> system_key(const fs::path& init)
{
    std::string text = "system 1\n" + TRY(identity(init)) + TRY(identity("/etc/ld.so.cache"));
    for (const auto& program : programs) {
        text += TRY(identity(TRY(locate(program))));
        for (const char* link : program.links) text += fmt::format("{}\n", link);
    }
    for (const auto& [path, content] : texts) text += fmt::format("{} {}", path, content);
    return sha256(text);
}

Result<void> add_busybox_applets(Layer& layer)
{
    const auto busybox = TRY(find_program("busybox", "apt-get install busybox-static"));
    const auto list = TRY(run_ok({busybox, "--list"}));
    for (const auto applet : lines(list))
        if (applet != "sh" && applet != "ash")
            layer.symlink(fmt::format("/usr/lib/busybox/{}", applet), busybox);
    return {};
}

Result<std::string> build_system(const fs::path& init)
{
    Layer layer;
    for (const char* merged : {"bin", "sbin", "lib", "lib64"})
        layer.symlink(fmt::format("/{}", merged), fmt::format("usr/{}", merged));
    for (const char* made : {"/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib64", "/usr/local/bin",
                             "/root", "/var/lib", "/etc"})
        layer.directory(made);
    layer.symlink("/var/run", "/run");
    for (const auto& [path, text] : texts) layer.file(path, text);
    for (const auto& program : programs) {
        const auto path = TRY(locate(program));
        TRY(layer.program(path, path));
        for (const char* link : program.links) layer.symlink(link, path);
    }
    TRY(add_busybox_applets(layer));
    TRY(layer.host_file(init, "/init"));
    return layer.archive();
}

constexpr const char* archive_name = "layer.cpio";

// The archive of a cached layer, built if it is missing or damaged.
template <class Build>
Result<std::string> cached(const std::string& key, Build&& build)
{
    const auto cache = TRY(Cache::open("layers"));
    const auto fill = [&](const fs::path& directory) -> Result<void> {
        return write_file(directory / archive_name, TRY(build()));
    };
    std::string archive;
    const auto check = [&](const fs::path& entry) -> Result<void> {
        archive = TRY(TRY(Manifest::load(entry)).read(archive_name));
        return {};
    };
    TRY(cache.get(key, fill, check));
    return archive;
}

} // namespace

Result<std::string> system_layer(const fs::path& init)
{
    return cached(TRY(system_key(init)), [&] { return build_system(init); });
}

Result<Extra> parse_extra(const std::string& text)
{
    if (text.starts_with(opinion_mark)) return find_opinion(text.substr(1));
    const auto colon = text.find(':');
    Extra extra{text.substr(0, colon), colon == text.npos ? "" : text.substr(colon + 1)};
    std::error_code ec;
    if (!fs::exists(extra.from, ec))
        return Error{"--add " + text, "find " + extra.from.string(), ENOENT, {}, "check the path"};
    if (!extra.to.empty() && !extra.to.starts_with('/'))
        return error("--add " + text, "read guest path", "\"" + extra.to + "\" is not absolute",
                     "write FILE:/GUEST/PATH");
    return extra;
}

Result<std::string> extras_layer(const std::vector<Extra>& extras)
{
    Layer layer;
    for (const auto& extra : extras) {
        const auto name = fs::absolute(extra.from).lexically_normal().filename().string();
        const bool executable = ::access(extra.from.c_str(), X_OK) == 0;
        if (fs::is_directory(extra.from))
            TRY(layer.host_tree(extra.from, extra.to.empty() ? "/root/" + name : extra.to));
        else if (executable)
            TRY(layer.program(extra.from, extra.to.empty() ? "/usr/local/bin/" + name : extra.to));
        else
            TRY(layer.host_file(extra.from, extra.to.empty() ? "/root/" + name : extra.to));
    }
    return layer.archive();
}

std::string plan_layer(const protocol::Plan& plan)
{
    Layer layer;
    layer.file(protocol::plan_path, dump_json(protocol::to_json(plan)));
    return layer.archive();
}

} // namespace gueway
