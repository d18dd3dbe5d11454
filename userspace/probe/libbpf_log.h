// SPDX-License-Identifier: GPL-2.0-only
// What libbpf and the verifier say, kept for an Error instead of printed.
#pragma once

#include <string>
#include <string_view>

namespace gueway {

// While it lives, warnings that libbpf gives on this thread are kept. One per thread at a time.
class LibbpfLog {
public:
    LibbpfLog();
    LibbpfLog(const LibbpfLog&) = delete;
    LibbpfLog& operator=(const LibbpfLog&) = delete;
    ~LibbpfLog();

    const std::string& text() const { return text_; }

private:
    std::string text_;
};

// The line of a verifier's log that says why: the last one that is not a statistic. Empty if none.
std::string_view verifier_reason(std::string_view log);

} // namespace gueway
