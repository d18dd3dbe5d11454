// SPDX-License-Identifier: GPL-2.0-only
// Modules of ours that a lab guest brings along as files, built for its kernel (in a suite's row
// "+kernel/hotfix").
#pragma once

#include "util/file.h"

#include <string>
#include <string_view>

namespace gueway {

// Where the lab puts them in the guest.
inline constexpr const char* brought_modules = "/lib/gueway";

fs::path brought_module(const std::string& name);

// With words like insmod's, "hook=least". EEXIST when it is loaded.
Result<void> load_brought_module(const std::string& name, const std::string& parameters = {});

// In the kernel until destruction. Move-only.
class LoadedModule {
public:
    static Result<LoadedModule> load(const std::string& name, const std::string& parameters = {});
    ~LoadedModule();
    LoadedModule(LoadedModule&& other) noexcept;
    LoadedModule& operator=(LoadedModule&&) = delete;

private:
    explicit LoadedModule(std::string name) : name_(std::move(name)) {}
    std::string name_; // empty: moved from
};

// Where modprobe finds it, as DKMS leaves it; removed, and the index made again, on destruction.
// Move-only.
class InstalledModule {
public:
    static Result<InstalledModule> install(const std::string& name);
    // These bytes for its file.
    static Result<InstalledModule> install(const std::string& name, std::string_view bytes);
    ~InstalledModule();
    InstalledModule(InstalledModule&& other) noexcept;
    InstalledModule& operator=(InstalledModule&&) = delete;

private:
    explicit InstalledModule(fs::path path) : path_(std::move(path)) {}
    fs::path path_; // empty: moved from
};

} // namespace gueway
