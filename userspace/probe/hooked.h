// SPDX-License-Identifier: GPL-2.0-only
// A BPF object on its hooks: loads what the kernel grants of a table of hooks, attaches it, and
// says hook by hook what was granted and what the kernel said to the rest.
#pragma once

#include "probe/hook.h"
#include "probe/kernel_types.h"
#include "util/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct bpf_link;
struct bpf_object;

namespace gueway {

using Milliseconds = std::chrono::duration<double, std::milli>;

// The object to be loaded. Loading is all or nothing: when the verifier refuses a program, the
// object is opened anew and loaded without it.
//   name  for errors: "packet counter"
//   open  opens and configures it, in place of the one opened before; the object stays the callee's
//   load  loads what was opened last; 0 or -errno, as libbpf's
struct Loadable {
    std::string name;
    std::function<Result<bpf_object*>()> open;
    std::function<int()> load;
};

// Attached programs; destroying it, or detach(), takes them off. Must end before the object does.
// Move-only.
class Hooked {
public:
    // Needs root. An Error names every answer of the kernel to a required hook that got nothing;
    // nothing stays attached then. With `types`, programs in the sections of sections.h are
    // found their functions in no time, and functions that BTF lists but that cannot be attached
    // are found out before the object is loaded, which saves loading it twice.
    static Result<Hooked> attach(const Loadable& object, const std::vector<Hook>& hooks,
                                 const KernelTypes* types = nullptr);
    Hooked(Hooked&&) noexcept;
    Hooked& operator=(Hooked&&) noexcept;
    ~Hooked();

    const std::vector<Attachment>& attachments() const { return attachments_; } // as the hooks
    // Time spent in loading (open, BTF, relocation, verifier) and in attaching, refusals included.
    Milliseconds load_time() const { return load_time_; }
    Milliseconds attach_time() const { return attach_time_; }

    // Runs that the kernel skipped because an interrupt found the program running on its processor.
    // Nothing when a kprobe is among the hooks: of those, kernels before 6.7 do not count what they
    // skip (trace_call_bpf()), and none says that it does. Else kernels that do not count skip
    // none.
    Result<std::optional<uint64_t>> missed() const;
    // With more than a few hooks the kernel takes them off in the background: for seconds the
    // programs may still run, which must be told that it is over.
    void detach();

private:
    friend class Attempt;
    struct LinkDeleter {
        void operator()(bpf_link* link) const;
    };
    Hooked() = default;

    std::string name_;
    bpf_object* object_ = nullptr;
    std::vector<std::unique_ptr<bpf_link, LinkDeleter>> links_;
    std::vector<Attachment> attachments_;
    Milliseconds load_time_{}, attach_time_{};
};

} // namespace gueway
