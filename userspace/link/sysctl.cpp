// SPDX-License-Identifier: GPL-2.0-only
#include "link/sysctl.h"

#include "util/file.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/socket.h>

namespace gueway {

namespace {

// The file's error under the name the user knows.
Error named(const Namespace& where, const std::string& name, Error failed)
{
    failed.object = where.rtnl().object("sysctl " + name);
    if (failed.code == ENOENT) failed.remedy = "the device or module it belongs to is not there";
    return failed;
}

} // namespace

Result<std::string> sysctl_path(std::string_view name)
{
    const auto pieces = split(name, '.');
    if (std::ranges::any_of(pieces, [](auto piece) { return piece.empty() || piece == "/"; }))
        return error("sysctl \"" + std::string(name) + "\"", "read its name", "an empty part",
                     "write it as net.ipv4.ip_forward");
    std::string path = "/proc/sys";
    for (const auto piece : pieces) {
        path += '/';
        for (const char c : piece) path += c == '/' ? '.' : c;
    }
    if (path.find("/../") == std::string::npos && !path.ends_with("/..")) return path;
    return error("sysctl \"" + std::string(name) + "\"", "read its name", "it leaves /proc/sys");
}

std::string device_sysctl(int family, const std::string& device, std::string_view what)
{
    auto name = device;
    std::ranges::replace(name, '.', '/');
    return fmt::format("net.ipv{}.conf.{}.{}", family == AF_INET6 ? 6 : 4, name, what);
}

Result<void> set_sysctl(const Namespace& where, const std::string& name, const std::string& value)
{
    const auto path = TRY(sysctl_path(name));
    // /proc/sys/net shows the namespace of the thread that opens it.
    auto written = where.in([&] { return write_existing(path, value); });
    if (written) return {};
    auto failed = named(where, name, std::move(written).error());
    failed.operation = "set to " + value;
    return failed;
}

Result<std::string> sysctl(const Namespace& where, const std::string& name)
{
    const auto path = TRY(sysctl_path(name));
    auto content = where.in([&] { return read_file(path); });
    if (!content) return named(where, name, std::move(content).error());
    return std::string(trim(*content));
}

} // namespace gueway
