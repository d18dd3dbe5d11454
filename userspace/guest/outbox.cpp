// SPDX-License-Identifier: GPL-2.0-only
#include "guest/outbox.h"

#include <set>

#include <fcntl.h>

namespace gueway::guest {

namespace fs = std::filesystem;

namespace {

constexpr size_t piece = 32768; // bytes of a file in one message

size_t read_piece(int fd, std::string& into)
{
    into.resize(piece);
    size_t have = 0;
    while (have < piece) {
        const ssize_t n = ::read(fd, into.data() + have, piece - have);
        if (n <= 0) break;
        have += static_cast<size_t>(n);
    }
    into.resize(have);
    return have;
}

void send_file(const fs::path& path, const std::string& name, const Port& port)
{
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return; // gone between listing and opening: the command's own doing
    const int mode = static_cast<int>(fs::status(path).permissions()) & 0777;
    std::string now, next;
    read_piece(fd.get(), now);
    for (bool more = true; more; now.swap(next)) {
        more = read_piece(fd.get(), next) > 0;
        port.send({.kind = protocol::Message::Kind::file,
                   .path = name,
                   .data = now,
                   .mode = mode,
                   .more = more});
    }
}

} // namespace

void Outbox::send_changes(const Port& port)
{
    std::set<fs::path> files;
    std::error_code ec;
    for (auto at = fs::recursive_directory_iterator(directory_, ec);
         !ec && at != fs::recursive_directory_iterator(); at.increment(ec))
        if (at->is_regular_file(ec) && !at->is_symlink(ec)) files.insert(at->path());
    for (const auto& path : files) {
        const Seen now{fs::file_size(path, ec), fs::last_write_time(path, ec)};
        const auto known = sent_.find(path);
        if (known != sent_.end() && known->second == now) continue;
        send_file(path, path.lexically_relative(directory_), port);
        sent_.insert_or_assign(path, now);
    }
}

} // namespace gueway::guest
