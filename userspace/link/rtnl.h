// SPDX-License-Identifier: GPL-2.0-only
// One rtnetlink socket: sends libnl's messages and turns the kernel's answer into an Error with
// errno and the kernel's own words (extended acknowledgement), which libnl's codes would lose.
#pragma once

#include "netlink/attributes.h"
#include "netlink/message.h"
#include "util/result.h"

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

struct nl_msg;
struct nl_sock;

namespace gueway {

class Rtnl {
public:
    // In the calling thread's network namespace, and stays there. `place` names it in errors.
    static Result<Rtnl> open(std::string place);

    // Sends `message` (takes it over) and waits for the kernel's acknowledgement.
    Result<void> talk(nl_msg* message, const std::string& object, const std::string& operation,
                      const std::string& remedy = {}) const;

    // The same for a message of our own making.
    Result<void> talk(const netlink::Message& message, const std::string& object,
                      const std::string& operation, const std::string& remedy = {}) const;

    // Every object of a dump, as it is behind struct nlmsghdr. What `each` saw when the Error is
    // EINTR is not to be used: the objects changed meanwhile.
    using Each = std::function<Result<void>(netlink::Bytes message)>;
    Result<void> dump(const netlink::Message& request, const std::string& object,
                      const std::string& operation, const Each& each) const;

    // An object of this namespace for errors: "PLACE: device d1".
    std::string object(const std::string& what) const { return place_ + ": " + what; }

    // For libnl's own dump functions.
    nl_sock* socket() const { return socket_.get(); }

private:
    struct Free {
        void operator()(nl_sock* socket) const;
    };
    Rtnl(std::string place, nl_sock* socket) : place_(std::move(place)), socket_(socket) {}

    std::string place_;
    std::unique_ptr<nl_sock, Free> socket_;
};

// What `read` (returning a Result) says, tried again up to eight times while it says EINTR: the
// kernel's word for a dump that changed while it was read.
template <class F>
auto read_whole(F&& read) -> std::invoke_result_t<F>
{
    auto last = read();
    for (int tries = 1; !last && last.error().code == EINTR && tries < 8; ++tries) last = read();
    return last;
}

// A negative libnl return value as an Error: errno where libnl's code has one, else its words.
Error netlink_error(int code, std::string object, std::string operation, std::string remedy = {});

} // namespace gueway
