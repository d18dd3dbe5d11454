// SPDX-License-Identifier: GPL-2.0-only
// One rtnetlink socket: sends libnl's messages and turns the kernel's answer into an Error with
// errno and the kernel's own words (extended acknowledgement), which libnl's codes would lose.
#pragma once

#include "util/result.h"

#include <memory>
#include <string>

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

// A negative libnl return value as an Error: errno where libnl's code has one, else its words.
Error netlink_error(int code, std::string object, std::string operation, std::string remedy = {});

} // namespace gueway
