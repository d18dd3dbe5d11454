// SPDX-License-Identifier: GPL-2.0-only
#include "trace/names.h"

#include "util/file.h"
#include "util/text.h"

namespace gueway {

namespace {

// The names of the loaded modules; uses and states, which change all the time, left out.
std::string loaded_modules()
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
            .source = [](const CodePlace&) { return std::vector<SourceLine>{}; },
            .reason = [this](uint32_t reason) { return reasons().text(reason); },
            .netns = [this](uint32_t number) { return namespaces_.find(number); }};
}

const DropReasons& KernelNames::reasons()
{
    if (reasons_) return *reasons_;
    const auto types = KernelTypes::load();
    if (!types) notes_.push_back(types.error().text() + ": reasons show as numbers");
    reasons_ = types ? DropReasons::from(*types) : DropReasons();
    return *reasons_;
}

// A module may come while we look: its symbols are missing then from what was read before.
void KernelNames::read_symbols()
{
    auto modules = loaded_modules();
    if (symbols_ && modules == modules_) return;
    modules_ = std::move(modules);
    if (auto read = Symbols::load())
        symbols_ = std::move(*read);
    else if (notes_.empty())
        notes_.push_back(read.error().text());
}

CodePlace KernelNames::place(uint64_t address)
{
    if (const auto known = places_.find(address); known != places_.end()) return known->second;
    read_symbols();
    const CodePlace unnamed{.address = address};
    return places_.emplace(address, symbols_ ? symbols_->find(address) : unnamed).first->second;
}

} // namespace gueway
