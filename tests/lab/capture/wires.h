// SPDX-License-Identifier: GPL-2.0-only
// Three hosts in a row, without packets that nobody asked for:
//
//     c d0 ------- d0 a d1 ------- d1 b
//
// c is 192.0.2.1 and a 192.0.2.2 between them; a is 198.18.0.1 and 2001:db8::1, b .2 and ::2.
#pragma once

#include "link/namespace.h"
#include "packet/capture.h"
#include "packet/sender.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace gueway {

struct Wires {
    Namespace c, a, b;

    static Result<Wires> make(unsigned mtu);
    Result<Capture> capture(const Namespace& where, const std::string& device,
                            const CaptureOptions& options = {}) const;
    // From c to a, which forwards 203.0.113.0/24 and 2001:db8:f::/48.
    Result<Sender> sender() const;
    Result<Frame> frame(int family) const;
};

// Wires for all tests of a suite.
template <class T>
class OnWires : public T {
public:
    static void SetUpTestSuite() { wires_.emplace(Wires::make(1600).value()); }
    static void TearDownTestSuite() { wires_.reset(); }

protected:
    void SetUp() override { sender_.emplace(wires_->sender().value()); }
    static inline std::optional<Wires> wires_;
    std::optional<Sender> sender_;
};

// A command that must succeed, in a namespace.
Result<std::string> run_in(const Namespace& where, const std::string& words);

} // namespace gueway
