// SPDX-License-Identifier: GPL-2.0-only
// The running kernel's names for what the drop tracer sees, read when they are first asked for:
// none of it is needed to begin.
#pragma once

#include "trace/namespaces.h"
#include "trace/reasons.h"
#include "trace/source_lines.h"
#include "trace/tally.h"
#include "util/fd.h"
#include "util/symbols.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway {

class KernelNames {
public:
    // See find_debuginfo(), and CollectorOptions.
    explicit KernelNames(fs::path debuginfo = {}, std::string btf = {})
        : debuginfo_(std::move(debuginfo)), btf_(std::move(btf))
    {}
    KernelNames(const KernelNames&) = delete;
    KernelNames& operator=(const KernelNames&) = delete;

    // Reads now what takes privileges to read.
    void read_ahead();
    // Valid while this lives.
    DropNames names();
    bool reasons_given() { return reasons().given(); }
    // What could not be read, and what that costs.
    const std::vector<std::string>& notes() const { return notes_; }

private:
    CodePlace place(uint64_t address);
    const DropReasons& reasons();
    void read_symbols();
    const std::vector<SourceLine>& source(const CodePlace& place);
    const std::optional<SourceLines>& lines_of(const std::string& module);

    fs::path debuginfo_;
    std::string btf_;
    Fd kallsyms_; // kept open by read_ahead()

    NamespaceNames namespaces_;
    std::optional<DropReasons> reasons_;
    std::optional<Symbols> symbols_;
    std::string modules_; // /proc/modules when the symbols were read
    std::map<uint64_t, CodePlace> places_;
    std::map<std::string, std::optional<SourceLines>> sources_; // by module, "" the kernel
    std::map<uint64_t, std::vector<SourceLine>> lines_;         // by address
    bool said_unnamed_ = false;                                 // why there are no symbols
    std::vector<std::string> notes_;
};

} // namespace gueway
