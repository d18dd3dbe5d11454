// SPDX-License-Identifier: GPL-2.0-only
// Frames as a device hands them to whoever listens (packet(7)), and frames written to it.
#pragma once

#include "link/namespace.h"
#include "util/deadline.h"
#include "util/fd.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gueway {

// `bytes` begin with the Ethernet header, in which no VLAN tag is that the device took out.
struct Sniffed {
    std::vector<uint8_t> bytes;
    bool outgoing = false;
    std::optional<uint16_t> vlan;  // tag control, when it was taken out
    bool checksum_pending = false; // CHECKSUM_PARTIAL: nobody has computed it yet

    uint16_t ethertype() const { return static_cast<uint16_t>(bytes.at(12) << 8 | bytes.at(13)); }
};

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
    Sniffer(Fd socket, std::string object) : socket_(std::move(socket)), object_(std::move(object))
    {}
    Fd socket_;
    std::string object_;
};

} // namespace gueway
