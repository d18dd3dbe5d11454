// SPDX-License-Identifier: GPL-2.0-only
// An instance of the kernel's tracing that is ours (Documentation/trace/ftrace.rst): what it
// records disturbs nobody else's tracing, nor theirs ours.
#pragma once

#include "util/file.h"
#include "util/result.h"

#include <string>

namespace gueway {

// The event of a packet that is freed as a drop, below an instance's path.
inline constexpr const char* kfree_skb_event = "events/skb/kfree_skb";

// The instance goes away on destruction; all of its files must be closed by then. Move-only.
class TracingInstance {
public:
    // Its name is "gueway-NAME-PID". Those of NAME whose processes are no more, having been killed,
    // are removed first. Needs root and tracefs.
    static Result<TracingInstance> create(const std::string& name);
    TracingInstance(TracingInstance&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TracingInstance& operator=(TracingInstance&&) = delete;
    TracingInstance(const TracingInstance&) = delete;
    TracingInstance& operator=(const TracingInstance&) = delete;
    ~TracingInstance();

    const fs::path& path() const { return path_; }

private:
    explicit TracingInstance(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

} // namespace gueway
