// SPDX-License-Identifier: GPL-2.0-only
// A network namespace with a name under /run/netns, as ip-netns(8) keeps them, so that
// `ip netns exec NAME` works as a second opinion.
#pragma once

#include "link/rtnl.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstdint>
#include <string>
#include <type_traits>

namespace gueway {

// While it lives, the calling thread is in another network namespace; its end brings the thread
// back. Other threads are not moved. Move-only, and must end on the thread that began it.
class Inside {
public:
    static Result<Inside> enter(int namespace_fd, const std::string& name);
    Inside(Inside&&) noexcept = default;
    Inside& operator=(Inside&&) = delete;
    ~Inside();

private:
    explicit Inside(Fd back) : back_(std::move(back)) {}
    Fd back_;
};

// A handle on a namespace, with one rtnetlink socket in it. Move-only. The functions of this noun
// that take a Namespace use that socket: one thread at a time.
class Namespace {
public:
    // Makes it (needs CAP_SYS_ADMIN) with lo up: without, it has no local routing table, and IPVS
    // answers EINVAL to every worker. The name must be free (EEXIST). Removed on destruction.
    static Result<Namespace> create(const std::string& name);
    // Without a name under /run/netns, for this process alone (`name` is for errors): the kernel
    // removes it when the last handle is closed, however the process ends. lo is up.
    static Result<Namespace> create_unnamed(const std::string& name);
    // One that exists under /run/netns; left alone on destruction.
    static Result<Namespace> open(const std::string& name);
    // The one that the kernel gives this number (inode of /proc/PID/ns/net), found by a name under
    // /run/netns or a process in it; left alone on destruction. ENOENT when nobody shows it.
    static Result<Namespace> find(uint32_t number);
    // The calling thread's own; `name` is for errors only.
    static Result<Namespace> current(std::string name = "this host");

    Namespace(Namespace&& other) noexcept = default;
    Namespace& operator=(Namespace&&) = delete;
    Namespace(const Namespace&) = delete;
    Namespace& operator=(const Namespace&) = delete;
    ~Namespace();

    const std::string& name() const { return name_; }
    int fd() const { return fd_.get(); }
    const Rtnl& rtnl() const { return rtnl_; }

    Result<Inside> enter() const { return Inside::enter(fd_.get(), name_); }

    // Runs `f` on the calling thread inside the namespace. Returns what f returns, wrapped in a
    // Result unless it is one. What f opens or starts stays in the namespace: sockets, processes.
    template <class F>
    auto in(F&& f) const;

    // A socket that belongs to the namespace, usable from anywhere; close-on-exec.
    Result<Fd> socket(int family, int type, int protocol = 0) const;

private:
    static Result<Namespace> open(const std::string& path, const std::string& name);
    Namespace(std::string name, Fd fd, Rtnl rtnl)
        : name_(std::move(name)), fd_(std::move(fd)), rtnl_(std::move(rtnl))
    {}
    std::string name_;
    Fd fd_;
    Rtnl rtnl_;
    bool owned_ = false;
};

namespace detail {
template <class T>
struct Wrapped {
    using type = Result<T>;
};
template <class T>
struct Wrapped<Result<T>> {
    using type = Result<T>;
};
} // namespace detail

// What Namespace::in() returns for a callable F.
template <class F>
using InsideResult = typename detail::Wrapped<std::invoke_result_t<F>>::type;

template <class F>
auto Namespace::in(F&& f) const
{
    return [&]() -> InsideResult<F> {
        const auto inside = TRY(enter());
        if constexpr (std::is_same_v<std::invoke_result_t<F>, void>) {
            std::forward<F>(f)();
            return {};
        } else {
            return std::forward<F>(f)();
        }
    }();
}

} // namespace gueway
