// SPDX-License-Identifier: GPL-2.0-only
#include "trace/names.h"

#include "util/file.h"
#include "util/module.h"
#include "util/text.h"

#include <utility>

#include <fcntl.h>

namespace gueway {

namespace {

// The names of the loaded modules; uses and states, which change all the time, left out.
std::string module_table()
{
    std::string names;
    const auto text = read_file("/proc/modules").value_or("");
    for (const auto line : lines(text)) names += std::string(line.substr(0, line.find(' '))) + "\n";
    return names;
}

} // namespace

DropNames KernelNames::names()
{
    return {.place = [this](uint64_t address) { return place(address); },
            .source = [this](const CodePlace& place) { return source(place); },
            .reason = [this](uint32_t reason) { return reasons().text(reason); },
            .netns = [this](uint32_t number) { return namespaces_.find(number); }};
}

void KernelNames::read_ahead()
{
    kallsyms_.reset(::open("/proc/kallsyms", O_RDONLY | O_CLOEXEC));
    read_symbols();
    reasons();
    namespaces_.scan();
    if (!debuginfo_.empty()) lines_of({});
}

const DropReasons& KernelNames::reasons()
{
    if (reasons_) return *reasons_;
    const auto types = btf_.empty() ? KernelTypes::load() : KernelTypes::load(btf_);
    if (!types) notes_.push_back(types.error().text() + ": reasons show as numbers");
    reasons_ = types ? DropReasons::from(*types) : DropReasons();
    return *reasons_;
}

// A module may come while we look: its symbols are missing then from what was read before.
void KernelNames::read_symbols()
{
    auto modules = module_table();
    if (symbols_ && modules == modules_) return;
    modules_ = std::move(modules);
    if (auto read = kallsyms_ ? Symbols::load(kallsyms_.get()) : Symbols::load())
        symbols_ = std::move(*read);
    else if (!std::exchange(said_unnamed_, true)) // it is tried again whenever a module comes
        notes_.push_back(read.error().text() + ": places show as addresses");
}

CodePlace KernelNames::place(uint64_t address)
{
    if (const auto known = places_.find(address); known != places_.end()) return known->second;
    read_symbols();
    const CodePlace unnamed{.address = address};
    return places_.emplace(address, symbols_ ? symbols_->find(address) : unnamed).first->second;
}

// What is missing is said once, not for each place.
const std::optional<SourceLines>& KernelNames::lines_of(const std::string& module)
{
    if (const auto known = sources_.find(module); known != sources_.end()) return known->second;
    const auto notes = module.empty() ? std::string("/sys/kernel/notes")
                                      : "/sys/module/" + module + "/notes/.note.gnu.build-id";
    const auto open = [&]() -> Result<SourceLines> {
        const auto file = TRY(find_debuginfo(debuginfo_, kernel_release(), module));
        return SourceLines::open(file, build_id(TRY(read_file(notes))));
    };
    auto& lines = sources_[module];
    if (auto opened = open())
        lines.emplace(std::move(*opened));
    else if (!debuginfo_.empty())
        notes_.push_back("No source lines: " + opened.error().text());
    return lines;
}

const std::vector<SourceLine>& KernelNames::source(const CodePlace& place)
{
    const auto [known, is_new] = lines_.try_emplace(place.address);
    if (!is_new || place.function.empty() || place.offset == 0) return known->second;
    const auto& lines = lines_of(place.module);
    // A return address: the call is before it.
    if (lines) known->second = lines->find(place.function, place.offset - 1);
    return known->second;
}

} // namespace gueway
