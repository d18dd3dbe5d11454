// SPDX-License-Identifier: GPL-2.0-only
// Lines of the kernel's source for places in its code, from debug information (DWARF) as Debian's
// linux-image-RELEASE-dbg has it.
#pragma once

#include "trace/report.h"
#include "util/file.h"
#include "util/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// One file with debug information: vmlinux, or a module. Move-only.
class SourceLines {
public:
    // `id` is what the running code says of itself (see build_id()): a file of another build is an
    // Error. Empty: any file will do.
    static Result<SourceLines> open(const fs::path& file, std::string_view id = {});
    SourceLines(SourceLines&&) noexcept;
    SourceLines& operator=(SourceLines&&) noexcept;
    ~SourceLines();

    // The line of the instruction at `offset` in a function, innermost first of what was inlined.
    // Empty when the file has no function of that name, or several: which is meant is not known.
    std::vector<SourceLine> find(const std::string& function, uint64_t offset) const;

private:
    struct State;
    explicit SourceLines(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The build ID in ELF notes, as /sys/kernel/notes and /sys/module/NAME/notes/.note.gnu.build-id
// have them: octets, empty when there is none.
std::string build_id(std::string_view notes);

// Where debug information of the running kernel, or of a module, may be: `given` itself when it is
// a file, else below it, else below /usr/lib/debug. An Error names where it was looked for.
Result<fs::path> find_debuginfo(const fs::path& given, const std::string& release,
                                const std::string& module = {});

} // namespace gueway
