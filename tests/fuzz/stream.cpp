// SPDX-License-Identifier: GPL-2.0-only
// Messages on a TCP connection, cut into pieces as the input says. A whole message is complete
// after its last byte and no byte of the next one is taken; with one flipped bit it is never
// complete; and bytes of any kind give the same end however they are cut.
#include "flow/stream.h"

#include "flow/payload.h"
#include "fuzz.h"

#include <vector>

#include <endian.h>

using namespace gueway;
using namespace gueway::flow;

namespace {

using Bytes = std::span<const std::byte>;
constexpr std::byte next_message{0x47};

// As StreamWriter sends it.
std::vector<std::byte> sent(const Message& message, uint64_t retransmits)
{
    std::vector<std::byte> bytes(head_size + message.size + tail_size);
    const auto whole = std::span(bytes);
    seal(whole.first(head_size), message, 0);
    const auto payload = whole.subspan(head_size, message.size);
    fill_payload(payload, message.seed, 0);
    WireTail tail{.retransmits = htobe64(retransmits), .check = 0};
    Hash hash;
    hash.update(payload);
    hash.update(std::as_bytes(std::span(&tail, 1)).first(sizeof tail.retransmits));
    tail.check = htobe64(hash.digest());
    std::memcpy(whole.last(tail_size).data(), &tail, tail_size);
    return bytes;
}

// Feeds pieces until the reader takes no more; returns how many bytes it took.
size_t feed(StreamReader& reader, Bytes bytes, Numbers cuts)
{
    size_t taken = 0;
    while (!reader.ended() && taken < bytes.size()) {
        const size_t piece = std::min<size_t>(1 + cuts.next<uint8_t>(), bytes.size() - taken);
        const size_t n = reader.feed(bytes.subspan(taken, piece));
        must(n == piece || reader.ended(), "a piece is taken whole before the end");
        taken += n;
    }
    return taken;
}

void check_message(Numbers numbers)
{
    const Message message{.id = numbers.next<uint8_t>(),
                          .seed = numbers.next<uint8_t>(),
                          .size = numbers.next<uint16_t>() % 2048U,
                          .response_size = numbers.next<uint8_t>()};
    const uint64_t retransmits = numbers.next<uint8_t>();
    const auto flipped = numbers.next<uint32_t>();
    auto bytes = sent(message, retransmits);
    const size_t size = bytes.size();
    bytes.push_back(next_message);
    StreamReader reader;
    must(feed(reader, bytes, numbers) == size, "it ends with its last byte");
    must(reader.state() == StreamReader::State::complete, "a whole message is complete");
    must(reader.message() == message && reader.retransmits() == retransmits &&
             reader.payload_received() == message.size,
         "it reads as it was");

    flip_bit(std::span(bytes).first(size), flipped);
    reader.restart();
    feed(reader, bytes, numbers);
    must(reader.ended() && reader.state() != StreamReader::State::complete,
         "a flipped bit is noticed");
}

void check_cuts(Bytes bytes, Numbers cuts)
{
    StreamReader whole;
    StreamReader pieces;
    const size_t at_once = whole.feed(bytes);
    must(feed(pieces, bytes, cuts) == at_once && whole.state() == pieces.state() &&
             whole.payload_received() == pieces.payload_received(),
         "pieces give what the whole gives");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const Numbers numbers(data, size);
    check_message(numbers);
    check_cuts(numbers.rest(), numbers);
    return 0;
}
