// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/kernel_log.h"

#include "klog/splats.h"
#include "util/file.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <unistd.h>

namespace gueway::matrix {

namespace {

constexpr const char* file = "/dev/kmsg";

std::string unescaped(std::string_view text)
{
    constexpr size_t size = 4; // \xNN
    std::string plain;
    while (!text.empty()) {
        unsigned byte = 0;
        const char* const digits = text.data() + 2;
        const bool escape =
            text.starts_with("\\x") && text.size() >= size &&
            std::from_chars(digits, text.data() + size, byte, 16).ptr == text.data() + size;
        plain += escape ? static_cast<char>(byte) : text.front();
        text.remove_prefix(escape ? size : 1);
    }
    return plain;
}

// Where the kernel cannot, or nobody has mounted debugfs, it stays as it is.
void ask_to_warn_again()
{
    const Fd once(::open("/sys/kernel/debug/clear_warn_once", O_WRONLY | O_CLOEXEC));
    if (once) (void)write_all(once.get(), "1", "clear_warn_once").has_value();
}

} // namespace

std::vector<std::string> splats_in(std::string_view record)
{
    const auto begin = std::min(record.size(), record.find(';') + 1);
    const auto text = unescaped(record.substr(begin, record.find('\n') - begin));
    std::vector<std::string> found;
    for (const auto line : lines(text)) {
        const auto message = trim(line);
        if (find_splat(message) && !is_cut_here(message)) found.emplace_back(message);
    }
    return found;
}

Result<KernelLog> KernelLog::open()
{
    Fd log(::open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!log) return errno_error(file, "open", "run as root");
    if (::lseek(log.get(), 0, SEEK_END) < 0) return errno_error(file, "go to its end");
    return KernelLog(std::move(log));
}

Result<Said> KernelLog::read()
{
    Said said;
    std::array<char, 8192> record{};
    for (;;) {
        const auto size = ::read(log_.get(), record.data(), record.size());
        if (size < 0 && errno == EAGAIN) break;
        if (size < 0 && errno == EPIPE) { // and goes on with the oldest that is left
            said.overwritten = true;
            continue;
        }
        if (size < 0) return errno_error(file, "read");
        for (auto& line : splats_in({record.data(), static_cast<size_t>(size)}))
            said.splats.push_back(std::move(line));
    }
    if (!said.splats.empty()) ask_to_warn_again();
    return said;
}

} // namespace gueway::matrix
