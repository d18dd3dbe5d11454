// SPDX-License-Identifier: GPL-2.0-only
#include "probe/hook.h"

namespace gueway {

std::string Target::text() const
{
    return (backend == Backend::fentry ? "fentry " : "tp_btf ") + name;
}

std::string Attachment::text() const
{
    std::string all = purpose + ": " + target.text();
    for (const auto& [target, why] : refused) all += " (" + why.text() + ")";
    return all;
}

} // namespace gueway
