// SPDX-License-Identifier: GPL-2.0-only
// The C struct that `bpftool gen skeleton` makes of an object, with one owner.
#pragma once

#include "probe/hooked.h"

#include <memory>

#include <bpf/libbpf.h>

namespace gueway {

// S is the generated struct. It stays where it is, so that Loadable's functions may point to it.
template <class S>
class Skeleton {
public:
    Skeleton() = default;
    Skeleton(const Skeleton&) = delete;
    Skeleton& operator=(const Skeleton&) = delete;

    S* operator->() const { return skeleton_.get(); }

    // `configure` is called with each S that was opened, before it is loaded. `btf` is a file with
    // the kernel's types where it has none itself, else empty.
    template <class F>
    Loadable loadable(std::string name, F configure, std::string btf = {})
    {
        return {.name = std::move(name),
                .open = [this, configure, btf = std::move(btf)]() -> Result<bpf_object*> {
                    LIBBPF_OPTS(bpf_object_open_opts, options);
                    if (!btf.empty()) options.btf_custom_path = btf.c_str();
                    skeleton_.reset(S::open(&options));
                    if (!skeleton_) return errno_error("BPF object", "open");
                    configure(*skeleton_);
                    return skeleton_->obj;
                },
                .load = [this] { return S::load(skeleton_.get()); }};
    }

private:
    struct Deleter {
        void operator()(S* skeleton) const { S::destroy(skeleton); }
    };
    std::unique_ptr<S, Deleter> skeleton_;
};

} // namespace gueway
