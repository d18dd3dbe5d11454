// SPDX-License-Identifier: GPL-2.0-only
// What came in the place of a packet that was expected, for fields of it that may be any.
#pragma once

#include "matrix/result.h"
#include "packet/octets.h"

#include <initializer_list>
#include <optional>
#include <vector>

namespace gueway::matrix {

//   bytes   from the IP header on; none: nothing came
//   header  bytes of the IP header
//   pushed  by which what is behind that is further on, as in IPv6's first fragment; places are
//           those where nothing is
struct Came {
    Bytes bytes;
    size_t header = 0, pushed = 0;

    bool there() const { return !bytes.empty(); }
    std::optional<uint32_t> number(size_t at, size_t size) const
    {
        if (at >= header) at += pushed;
        if (at + size > bytes.size()) return {};
        return size == 2 ? be16(bytes, at) : size == 4 ? be32(bytes, at) : bytes[at];
    }
};

// The fields of a packet that may be any.
class AnyFields {
public:
    // One of 1, 2 or 4 bytes, as it came or 0; then `sums`, which depend on it, are unknown too.
    uint32_t take(const Came& came, Stretch field, std::initializer_list<Stretch> sums)
    {
        const auto number = came.number(field.at, field.size);
        fields_.push_back(field);
        if (!number) fields_.insert(fields_.end(), sums);
        return number.value_or(0);
    }
    // Takes over what came there.
    void copy(const Came& came, Stretch field, std::vector<uint8_t>& into)
    {
        fields_.push_back(field);
        for (size_t at = field.at; at < field.at + field.size; ++at)
            if (const auto byte = came.number(at, 1)) into[at] = static_cast<uint8_t>(*byte);
    }
    void add(Stretch field) { fields_.push_back(field); }
    const std::vector<Stretch>& fields() const { return fields_; }

private:
    std::vector<Stretch> fields_;
};

} // namespace gueway::matrix
