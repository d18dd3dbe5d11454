// SPDX-License-Identifier: GPL-2.0-only
// The names of functions and tracepoints in BTF (Documentation/bpf/btf.rst of the kernel), found by
// going once through its types. libbpf parses all of them first, which takes ten times as long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

class BtfIndex {
public:
    // Of raw BTF, as in /sys/kernel/btf/vmlinux, which must outlive the index; so must `base`, of
    // vmlinux, whose types and strings those of a module go on counting. Nothing when it has a kind
    // of type that is not known here, or is no BTF at all.
    static std::optional<BtfIndex> of(std::string_view raw, const BtfIndex* base = nullptr);

    std::optional<uint32_t> function(std::string_view name) const { return find(functions_, name); }
    // The type of a tracepoint, which a tp_btf program names (btf_trace_NAME).
    std::optional<uint32_t> tracepoint(std::string_view name) const;

private:
    struct Entry {
        uint32_t hash, id, name;
    };
    void add(uint32_t id, uint32_t name_offset, unsigned kind);
    std::optional<uint32_t> find(const std::vector<Entry>& entries, std::string_view name) const;

    std::string_view string(uint32_t offset) const;

    const BtfIndex* base_ = nullptr;
    uint32_t end_ = 1; // the id behind the last
    std::string_view strings_;
    std::vector<Entry> functions_, typedefs_;
};

} // namespace gueway
