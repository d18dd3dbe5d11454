// SPDX-License-Identifier: GPL-2.0-only
// The wire format of gwflow, the one place that knows it. Every integer is in network byte order
// (big endian), structs are packed, hashes are XXH3-64 (xxhash 0.8) as unsigned 64-bit numbers.
//
//   TCP: a connection carries messages, each   Head | payload, Head.size bytes | Tail
//        in the order request, response, request, ... and at last goodbye, goodbye.
//   UDP: a message is one or more datagrams, each   Head | chunk
//        The chunk is the payload from Head.offset on. All chunks of a message have the length
//        Head.datagram - sizeof(Head), only the last one is what remains; a message without
//        payload is one datagram without chunk. There is no goodbye.
//
// A request asks for `response_size` bytes in answer, whose head repeats its id. The payload of
// either is the stream of payload.h that its own head names by `seed`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace gueway::flow {

inline constexpr uint32_t wire_magic = 0x47574631; // "GWF1": the digit is the version

struct [[gnu::packed]] WireHead {
    uint32_t magic;
    uint8_t kind;           // Kind
    uint8_t status;         // Status
    uint16_t datagram;      // UDP: bytes of a full datagram, this head included. TCP: 0
    uint64_t id;            // of the request, unique among those of one client run
    uint64_t seed;          // of this message's payload
    uint64_t size;          // payload bytes of this message
    uint64_t response_size; // request: payload bytes wanted in answer. Otherwise 0
    uint64_t offset;        // UDP: where in the payload the chunk begins. TCP: 0
    uint64_t check;         // hash of the chunk after it (TCP: of nothing), with the hash of this
                            // head, `check` being zero, as XXH3's seed
};

// Ends a message on TCP, where `check` of the head cannot cover a payload not yet made.
struct [[gnu::packed]] WireTail {
    uint64_t retransmits; // the sender's tcpi_total_retrans of this connection so far
    uint64_t check;       // hash of the payload followed by `retransmits`
};

inline constexpr size_t head_size = sizeof(WireHead);
inline constexpr size_t tail_size = sizeof(WireTail);
static_assert(head_size == 56 && tail_size == 16);

// More than any measurement needs, and far from overflowing what counts bytes.
inline constexpr uint64_t largest_tcp_message = 1ULL << 40;

enum class Kind : uint8_t {
    request = 1,
    response = 2,
    goodbye = 3, // client: nothing more to come. Server: its final count of retransmits
};

enum class Status : uint8_t {
    ok = 0,
    corrupt = 1, // response: the request did not match its hash; there is no payload
};

// A head in host byte order, without what depends on the place in the payload.
struct Message {
    Kind kind = Kind::request;
    Status status = Status::ok;
    uint16_t datagram = 0;
    uint64_t id = 0;
    uint64_t seed = 0;
    uint64_t size = 0;
    uint64_t response_size = 0;
    bool operator==(const Message&) const = default;
};

// What a server answers to an intact request, and to one that was damaged.
Message response_to(const Message& request);
Message refusal_of(const Message& request);

// A head as received. Not `intact`: it, or the chunk after it, is not what was sent, and no field
// can be relied on.
struct Received {
    Message message;
    uint64_t offset = 0;
    bool intact = false;
};

// Writes the head into the first head_size bytes of `bytes` and its check over all of `bytes`: the
// chunk, if there is one, must be in place behind it.
void seal(std::span<std::byte> bytes, const Message& message, uint64_t offset);

// Reads what seal() wrote. Nothing when it is shorter than a head or begins with another magic:
// then it is not gwflow at all, or damaged beyond knowing.
std::optional<Received> unseal(std::span<const std::byte> bytes);

} // namespace gueway::flow
