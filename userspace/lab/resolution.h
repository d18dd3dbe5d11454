// SPDX-License-Identifier: GPL-2.0-only
// Work with a resolved kernel that survives the archive moving on.
#pragma once

#include "lab/archive.h"
#include "lab/catalogue.h"
#include "lab/progress.h"

#include <cerrno>
#include <string>

#include <fmt/format.h>

namespace gueway {

// Calls use(const Resolution&), which returns some Result, with what is recorded for `name`. When
// that can no longer be downloaded (an ABI leaves the archive), the name is resolved afresh, a note
// says so, and `use` gets the new one.
template <class F>
auto with_resolution(const std::string& name, F&& use) -> decltype(use(Resolution{}))
{
    const auto old = TRY(find_resolution(name));
    auto result = use(old);
    if (result || (result.error().code != Suite::unavailable && result.error().code != EBADMSG))
        return result;
    const auto now = refresh(*find_row(name));
    if (!now || *now == old) return result;
    Error lost = result.error();
    lost.remedy = fmt::format("kernel {} is now {}", name, now->version);
    progress().note(lost.text());
    return use(*now);
}

} // namespace gueway
