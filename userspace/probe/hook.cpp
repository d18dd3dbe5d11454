// SPDX-License-Identifier: GPL-2.0-only
#include "probe/hook.h"

namespace gueway {

std::string_view name(Backend backend)
{
    switch (backend) {
    case Backend::fentry:
        return "fentry";
    case Backend::fexit:
        return "fexit";
    case Backend::kprobe:
        return "kprobe";
    case Backend::tp_btf:
        return "tp_btf";
    case Backend::raw_tp:
        return "raw_tp";
    }
    return {};
}

std::string Target::text() const
{
    return std::string(gueway::name(backend)) + " " + name;
}

Hook function_hook(std::string purpose, const std::string& function, bool required)
{
    return {std::move(purpose),
            {{{Backend::fentry, function}, "fentry_" + function},
             {{Backend::kprobe, function}, "kprobe_" + function}},
            required};
}

std::string Attachment::text() const
{
    std::string all = purpose + ": " + (granted() ? target.text() : "not hooked");
    for (const auto& [target, why] : refused) all += " (" + why.text() + ")";
    return all;
}

} // namespace gueway
