// SPDX-License-Identifier: GPL-2.0-only
// Frames as a device hands them to whoever listens (packet(7)), and frames written to it.
#pragma once

#include "link/namespace.h"
#include "packet/capture.h"
#include "util/deadline.h"
#include "util/fd.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gueway {

using Sniffed = Captured;

// Sees what passes the device from its making on. Move-only.
class Sniffer {
public:
    static Result<Sniffer> listen(const Namespace& where, const std::string& device);

    // From now on only those for which the skb's hash is set, or is not (SKF_AD_RXHASH).
    Result<void> only_hashed(bool hashed) const;

    // The next one; nothing when none came by the deadline.
    Result<std::optional<Sniffed>> next(const Deadline& deadline) const;
    // All that wait now. An Error when the kernel had no room for some.
    Result<std::vector<Sniffed>> all() const;

    // Sends the frame as it is. `mark` and `priority` are noted on the skb (SO_MARK, SO_PRIORITY).
    struct Notes {
        int mark = 0, priority = 0;
    };
    Result<void> send(std::span<const uint8_t> frame, const Notes& notes) const;

private:
    Sniffer(Fd socket, Capture capture, std::string object)
        : socket_(std::move(socket)), capture_(std::make_unique<Capture>(std::move(capture))),
          object_(std::move(object))
    {}
    Fd socket_; // the capture's too
    std::unique_ptr<Capture> capture_;
    std::string object_;
};

} // namespace gueway
