// SPDX-License-Identifier: GPL-2.0-only
// The modules of a guest: a small /lib/modules with an index of its own.
#include "lab/cache.h"
#include "lab/depmod.h"
#include "lab/digest.h"
#include "lab/layer.h"
#include "lab/modules.h"
#include "lab/rootfs.h"
#include "util/text.h"

#include <set>

#include <fmt/format.h>

namespace gueway {

namespace {

// Loaded at boot: every guest needs these, and loading by name later costs a process each.
const std::vector<std::string> loaded = {"veth", "ip_vs", "ip_vs_rr", "ip_vs_mh",  "fou",
                                         "fou6", "ipip",  "sit",      "ip6_tunnel"};

// There to be loaded when something asks for them.
const std::vector<std::string> available = {
    "dummy",      "bridge",      "8021q",        "tun",        "ip_gre",
    "ip6_gre",    "ip_vs_wrr",   "ip_vs_lc",     "ip_vs_wlc",  "ip_vs_sh",
    "ip_vs_sed",  "ip_vs_nq",    "ip_vs_fo",     "ip_vs_ovf",  "ip_vs_dh",
    "ip_vs_lblc", "ip_vs_lblcr", "ip_vs_pe_sip", "ip_vs_ftp",  "sch_ingress",
    "cls_flower", "cls_u32",     "cls_matchall", "act_vlan",   "act_mirred",
    "act_gact",   "sch_fq",      "sch_netem",    "nf_tables",  "nft_counter",
    "nft_ct",     "nft_log",     "nf_conntrack", "tcp_diag",   "udp_diag",
    "inet_diag",  "af_packet",   "sctp",         "udp_tunnel", "ip6_udp_tunnel",
    "vxlan",      "geneve",      "macvlan"};

std::string directory(const Kernel& kernel)
{
    return fmt::format("/lib/modules/{}", kernel.release);
}

// A module tree in `root` that depmod can read: the wanted modules, decompressed.
Result<void> stage(const Kernel& kernel, const std::vector<ModuleFile>& modules,
                   const std::optional<fs::path>& ip_vs, const fs::path& root)
{
    const fs::path tree = root.string() + directory(kernel);
    for (const auto& module : modules) {
        const fs::path path = tree / module.guest_path;
        TRY(make_directories(path.parent_path()));
        const bool replaced = ip_vs && module.name == "ip_vs";
        TRY(write_file(path, replaced ? TRY(read_file(*ip_vs)) : TRY(module_bytes(module))));
    }
    for (const char* list : {"modules.builtin", "modules.builtin.modinfo", "modules.order"})
        if (fs::exists(kernel.modules_dir / list))
            TRY(write_file(tree / list, TRY(read_file(kernel.modules_dir / list))));
    return index_modules(root, kernel.release);
}

std::string load_order(const Kernel& kernel, const std::vector<ModuleFile>& modules)
{
    std::string text;
    for (const auto& module : modules) text += directory(kernel) + "/" + module.guest_path + "\n";
    return text;
}

// The modules of a tree that nobody vouches for: a rebuilt one must not be taken for the old.
Result<std::string> tree_identity(const Kernel& kernel)
{
    std::set<std::string> files;
    std::error_code ec;
    for (auto at = fs::recursive_directory_iterator(kernel.modules_dir, ec);
         !ec && at != fs::recursive_directory_iterator(); at.increment(ec))
        if (at->is_regular_file(ec))
            files.insert(fmt::format("{} {} {}\n", at->path().string(), at->file_size(ec),
                                     at->last_write_time(ec).time_since_epoch().count()));
    if (ec) return Error{kernel.modules_dir, "read directory", ec.value(), {}, {}};
    std::string text;
    for (const auto& file : files) text += file;
    return text;
}

Result<std::string> key(const Kernel& kernel, const std::optional<fs::path>& ip_vs)
{
    std::string text = "modules 1\n" + kernel.release + "\n" + kernel.root.string() + "\n";
    text += TRY(sha256_file(kernel.modules_dir / "modules.dep")) + "\n";
    text += TRY(sha256_file(kernel.vmlinuz)) + "\n";
    if (kernel.entry.empty()) text += TRY(tree_identity(kernel));
    if (ip_vs) text += TRY(sha256_file(*ip_vs)) + "\n";
    for (const auto* list : {&loaded, &available})
        for (const auto& name : *list) text += name + "\n";
    return sha256(text);
}

Result<void> fill(const Kernel& kernel, const std::optional<fs::path>& ip_vs,
                  const fs::path& directory)
{
    const auto now = TRY(module_closure(kernel, loaded, Missing::skipped));
    std::vector<std::string> all = loaded;
    all.insert(all.end(), available.begin(), available.end());
    const auto closure = TRY(module_closure(kernel, all, Missing::skipped));
    const auto root = TRY(TempDir::make("gueway-modules"));
    TRY(stage(kernel, closure, ip_vs, root.path()));
    Layer layer;
    TRY(layer.host_tree(root.path() / "lib", "/lib"));
    TRY(write_file(directory / "layer.cpio", layer.archive()));
    return write_file(directory / "load", load_order(kernel, now));
}

} // namespace

Result<ModulesLayer> modules_layer(const Kernel& kernel, const std::optional<fs::path>& ip_vs)
{
    const auto cache = TRY(Cache::open("layers"));
    ModulesLayer layer;
    const auto check = [&](const fs::path& entry) -> Result<void> {
        const auto manifest = TRY(Manifest::load(entry));
        layer.archive = TRY(manifest.read("layer.cpio"));
        layer.load.clear();
        const auto order = TRY(manifest.read("load"));
        for (const auto line : lines(order)) layer.load.emplace_back(line);
        return {};
    };
    const auto make = [&](const fs::path& entry) { return fill(kernel, ip_vs, entry); };
    TRY(cache.get(TRY(key(kernel, ip_vs)), make, check));
    return layer;
}

} // namespace gueway
