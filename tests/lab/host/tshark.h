// SPDX-License-Identifier: GPL-2.0-only
// Wireshark's programs, with the protocols of tunnels alone: payload that is random, and ports that
// are somebody's, are nothing else to them.
#pragma once

#include "util/file.h"
#include "util/process.h"
#include "util/result.h"

#include <map>
#include <string>
#include <vector>

namespace gueway {

// Of one packet: a field's values in order, outermost first.
using TsharkRow = std::map<std::string, std::vector<std::string>>;

// Move-only.
class Tshark {
public:
    // `decode_as` in tshark's words: "udp.port==5555,ip". Checksums are verified, fragments put
    // together, streams are not.
    static Result<Tshark> make(std::vector<std::string> decode_as);

    Result<std::vector<TsharkRow>> read(const fs::path& file,
                                        const std::vector<std::string>& fields) const;
    // The packets that match, into another file.
    Result<void> pick(const fs::path& file, const std::string& filter, const fs::path& into) const;

private:
    Tshark(TempDir config, std::vector<std::string> decode_as)
        : config_(std::move(config)), decode_as_(std::move(decode_as))
    {}
    Argv command(const fs::path& file) const;
    TempDir config_;
    std::vector<std::string> decode_as_;
};

// editcap: without the first bytes of each packet, which then begin with an IP header.
Result<void> cut_to_ip(const fs::path& file, unsigned bytes, const fs::path& into);

} // namespace gueway
