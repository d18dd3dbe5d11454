// SPDX-License-Identifier: GPL-2.0-only
// The guest's end of the protocol: messages out through a serial port.
#pragma once

#include "lab/protocol.h"
#include "util/fd.h"
#include "util/result.h"

namespace gueway::guest {

class Port {
public:
    // Opens the tty and makes it raw: no echo, no newline translation.
    static Result<Port> open(const std::string& tty);
    // A port that writes to any descriptor; takes it over.
    explicit Port(Fd fd) : fd_(std::move(fd)) {}

    // Errors of the port itself have nobody to be told to; they are dropped, and the host notices
    // that `end` is missing.
    void send(const protocol::Message& message) const;
    // Waits until the last byte has left.
    void drain() const;

private:
    Fd fd_;
};

} // namespace gueway::guest
