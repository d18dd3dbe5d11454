// SPDX-License-Identifier: GPL-2.0-only
#include "trace/source_lines.h"

#include "util/text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>

#include <dwarf.h>
#include <elf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>
#include <fmt/format.h>

namespace gueway {

namespace {

struct DwflDeleter {
    void operator()(Dwfl* session) const { dwfl_end(session); }
};
using Session = std::unique_ptr<Dwfl, DwflDeleter>;

Error dwfl_error(const fs::path& file, const char* operation)
{
    return error(file, operation, dwfl_errmsg(-1));
}

Session begin()
{
    static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_build_id_find_elf,
                                             .find_debuginfo = dwfl_standard_find_debuginfo,
                                             .section_address = dwfl_offline_section_address,
                                             .debuginfo_path = nullptr};
    return Session(dwfl_begin(&callbacks));
}

std::string id_of(Dwfl_Module* module)
{
    GElf_Addr bias = 0;
    const void* bytes = nullptr;
    const auto size = dwelf_elf_gnu_build_id(dwfl_module_getelf(module, &bias), &bytes);
    return size > 0 ? std::string(static_cast<const char*>(bytes), static_cast<size_t>(size)) : "";
}

// Scopes that libdw allocates.
struct Scopes {
    Dwarf_Die* dies = nullptr;
    int count = 0;
    Scopes() = default;
    Scopes(const Scopes&) = delete;
    Scopes& operator=(const Scopes&) = delete;
    ~Scopes() { std::free(dies); }
    std::span<Dwarf_Die> all() const { return {dies, static_cast<size_t>(std::max(count, 0))}; }
};

bool is_function(Dwarf_Die& die)
{
    const auto tag = dwarf_tag(&die);
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

std::string text_of(const char* text)
{
    return text ? text : "?";
}

// The compiler's paths begin with the directory it worked in.
std::string short_path(const char* path)
{
    std::string_view text = path ? path : "?";
    const auto tree = text.find("/./");
    if (tree != text.npos) text.remove_prefix(tree + 3);
    if (text.starts_with("./")) text.remove_prefix(2);
    return std::string(text);
}

// Where an inlined function was called.
void called_at(Dwarf_Die& inlined, Dwarf_Die* unit, SourceLine& into)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value = 0;
    if (dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_line, &attribute), &value) == 0)
        into.line = static_cast<int>(value);
    Dwarf_Files* files = nullptr;
    if (dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_file, &attribute), &value) == 0 &&
        dwarf_getsrcfiles(unit, &files, nullptr) == 0)
        into.file = short_path(dwarf_filesrc(files, value, nullptr, nullptr));
}

// The functions around an address, innermost first, each with the line that is being executed.
std::vector<SourceLine> chain(std::span<Dwarf_Die> scopes, Dwarf_Die* unit, SourceLine innermost)
{
    std::vector<SourceLine> lines;
    SourceLine here = std::move(innermost);
    for (auto& scope : scopes) {
        if (!is_function(scope)) continue;
        here.function = text_of(dwarf_diename(&scope));
        lines.push_back(here);
        if (dwarf_tag(&scope) == DW_TAG_subprogram) break;
        here = {};
        called_at(scope, unit, here);
    }
    return lines;
}

std::optional<fs::path> kernel_below(const fs::path& root, const std::string& release)
{
    std::error_code ignored;
    const auto named = "vmlinux-" + release;
    for (const auto& file : {root / "boot" / named, root / "lib/modules" / release / "vmlinux",
                             root / named, root / "vmlinux"})
        if (fs::is_regular_file(file, ignored)) return file;
    return {};
}

// Files of modules may have a dash where their names have an underscore.
std::string plain(std::string name)
{
    std::ranges::replace(name, '-', '_');
    return name;
}

std::optional<fs::path> module_below(const fs::path& root, const std::string& release,
                                     const std::string& module)
{
    std::error_code ignored;
    const auto modules = root / "lib/modules" / release;
    for (const auto& entry : fs::recursive_directory_iterator(modules, ignored))
        if (plain(entry.path().filename()).starts_with(plain(module) + ".ko")) return entry.path();
    return {};
}

} // namespace

struct SourceLines::State {
    Session session;
    Dwfl_Module* module = nullptr;

    std::optional<GElf_Addr> address(const std::string& function) const;
    std::vector<SourceLine> lines(GElf_Addr address) const;
};

// The start of the only function of that name.
std::optional<GElf_Addr> SourceLines::State::address(const std::string& function) const
{
    std::optional<GElf_Addr> found;
    for (int i = 0; i < dwfl_module_getsymtab(module); ++i) {
        GElf_Sym symbol;
        GElf_Addr value = 0;
        const char* name =
            dwfl_module_getsym_info(module, i, &symbol, &value, nullptr, nullptr, nullptr);
        if (!name || GELF_ST_TYPE(symbol.st_info) != STT_FUNC || function != name) continue;
        if (found && *found != value) return {};
        found = value;
    }
    return found;
}

std::vector<SourceLine> SourceLines::State::lines(GElf_Addr address) const
{
    auto* source = dwfl_module_getsrc(module, address);
    if (!source) return {};
    SourceLine innermost;
    innermost.file =
        short_path(dwfl_lineinfo(source, nullptr, &innermost.line, nullptr, nullptr, nullptr));
    Dwarf_Addr bias = 0;
    auto* unit = dwfl_module_addrdie(module, address, &bias);
    Scopes at, around;
    at.count = unit ? dwarf_getscopes(unit, address - bias, &at.dies) : 0;
    if (at.count <= 0) return {innermost};
    // By address libdw goes up to where the inlined function was written, by entry to its caller.
    around.count = dwarf_getscopes_die(&at.dies[0], &around.dies);
    return chain(around.all(), unit, innermost);
}

SourceLines::SourceLines(std::unique_ptr<State> state) : state_(std::move(state)) {}
SourceLines::SourceLines(SourceLines&&) noexcept = default;
SourceLines& SourceLines::operator=(SourceLines&&) noexcept = default;
SourceLines::~SourceLines() = default;

Result<SourceLines> SourceLines::open(const fs::path& file, std::string_view id)
{
    auto state = std::make_unique<State>();
    state->session = begin();
    if (!state->session) return dwfl_error(file, "read debug information");
    state->module =
        dwfl_report_offline(state->session.get(), file.filename().c_str(), file.c_str(), -1);
    dwfl_report_end(state->session.get(), nullptr, nullptr);
    if (!state->module) return dwfl_error(file, "read debug information");
    if (!id.empty() && id_of(state->module) != id)
        return error(file, "read debug information", "it is of another build",
                     "install the debug information of the running kernel");
    Dwarf_Addr bias = 0;
    if (!dwfl_module_getdwarf(state->module, &bias))
        return dwfl_error(file, "read debug information");
    return SourceLines(std::move(state));
}

std::vector<SourceLine> SourceLines::find(const std::string& function, uint64_t offset) const
{
    const auto start = state_->address(function);
    if (!start) return {};
    return state_->lines(*start + offset);
}

std::string build_id(std::string_view notes)
{
    const auto padded = [](uint32_t size) { return (size_t(size) + 3) & ~size_t(3); };
    while (notes.size() >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr note;
        std::memcpy(&note, notes.data(), sizeof note);
        notes.remove_prefix(sizeof note);
        const auto name = padded(note.n_namesz), content = padded(note.n_descsz);
        if (notes.size() < name + note.n_descsz) return {};
        if (note.n_type == NT_GNU_BUILD_ID && notes.starts_with(std::string_view("GNU\0", 4)))
            return std::string(notes.substr(name, note.n_descsz));
        notes.remove_prefix(std::min(notes.size(), name + content));
    }
    return {};
}

Result<fs::path> find_debuginfo(const fs::path& given, const std::string& release,
                                const std::string& module)
{
    std::error_code ignored;
    if (module.empty() && fs::is_regular_file(given, ignored)) return given;
    std::vector<std::string> searched;
    for (const fs::path& root : {given, fs::path("/usr/lib/debug")}) {
        if (root.empty()) continue;
        auto file =
            module.empty() ? kernel_below(root, release) : module_below(root, release, module);
        if (file) return *file;
        searched.push_back(root);
    }
    return error("debug information of " + (module.empty() ? "the kernel" : "module " + module),
                 "find", "not in " + join(searched, ", "),
                 "install linux-image-" + release + "-dbg, or give --debuginfo");
}

} // namespace gueway
