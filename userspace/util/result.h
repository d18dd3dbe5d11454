// SPDX-License-Identifier: GPL-2.0-only
// Errors as values: an operation returns Result<T>, and an Error says which object, which
// operation, what the kernel answered and what to do about it.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace gueway {

// What went wrong, for a person. Passive; all text is UTF-8.
//   object     what was acted on:        "worker w2 (172.70.72.206)"
//   operation  what was tried:           "add destination"
//   code       errno, or 0 when no system call answered
//   detail     the answer in words; empty means "whatever strerror(code) says"
//   remedy     what the reader should do next; may be empty only if nothing can be done
struct Error {
    std::string object;
    std::string operation;
    int code = 0;
    std::string detail;
    std::string remedy;

    // One line: "object: operation: answer (ENAME): remedy", empty parts left out.
    std::string text() const;
};

// An Error from a failed system call; reads errno before anything can change it.
Error errno_error(std::string object, std::string operation, std::string remedy = {});

// An Error of our own finding: no system call failed, `detail` says what is wrong.
Error error(std::string object, std::string operation, std::string detail, std::string remedy = {});

// std::expected that cannot be dropped on the floor.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
    using Base = std::expected<T, Error>;

public:
    using Base::Base;
    Result(std::unexpected<Error> e) : Base(std::move(e)) {}
    Result(Error e) : Base(std::unexpected(std::move(e))) {}
};

template <>
class [[nodiscard]] Result<void> : public std::expected<void, Error> {
    using Base = std::expected<void, Error>;

public:
    using Base::Base;
    Result(std::unexpected<Error> e) : Base(std::move(e)) {}
    Result(Error e) : Base(std::unexpected(std::move(e))) {}
};

// Value of a Result, or return its error from the enclosing function (which returns a Result too).
//     auto fd = TRY(open_read(path));
#define TRY(expression)                                                                            \
    __extension__({                                                                                \
        auto try_result_ = (expression);                                                           \
        if (!try_result_) return std::unexpected(std::move(try_result_).error());                  \
        ::gueway::detail::take(std::move(try_result_));                                            \
    })

namespace detail {
template <class R>
auto take(R&& r)
{
    if constexpr (!std::is_void_v<typename std::remove_cvref_t<R>::value_type>)
        return *std::forward<R>(r);
}
} // namespace detail

// Owner of an undo step: runs it when the scope ends, unless release() was called.
template <class F>
class Defer {
public:
    explicit Defer(F f) : f_(std::move(f)) {}
    Defer(const Defer&) = delete;
    Defer& operator=(const Defer&) = delete;
    ~Defer()
    {
        if (armed_) f_();
    }
    void release() { armed_ = false; }

private:
    F f_;
    bool armed_ = true;
};

} // namespace gueway
