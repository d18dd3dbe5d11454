// SPDX-License-Identifier: GPL-2.0-only
// The datagrams of one message, in whatever order, with whatever offsets and lengths a peer claims
// (all intact: the hash is not what stops them). Those taken lie inside the message and do not
// overlap, and it is complete exactly when they cover it.
#include "flow/datagram.h"
#include "fuzz.h"

#include <vector>

using namespace gueway;
using namespace gueway::flow;

namespace {

// Which bytes are there, one by one: slow and plain.
class Cover {
public:
    explicit Cover(uint64_t size) : there_(size) {}

    void add(uint64_t offset, uint64_t length)
    {
        must(offset <= there_.size() && length <= there_.size() - offset, "it lies inside");
        for (uint64_t i = offset; i < offset + length; ++i) {
            must(!there_[i], "it does not overlap");
            there_[i] = true;
            ++bytes_;
        }
        ++datagrams_;
    }
    // A message without payload is one datagram.
    bool whole() const { return bytes_ == there_.size() && datagrams_ > 0; }

private:
    std::vector<bool> there_;
    uint64_t bytes_ = 0;
    uint64_t datagrams_ = 0;
};

// Most steps fit the message, so that some are taken.
Received next_datagram(Numbers& numbers, const Message& message, uint64_t& chunk)
{
    const uint64_t full = message.datagram - head_size;
    Received received{.message = message, .offset = 0, .intact = true};
    const auto how = numbers.next<uint8_t>();
    if (how < 240) {
        received.offset = (how % datagrams_of(message.size, message.datagram)) * full;
        chunk = std::min(full, message.size - received.offset);
        return received;
    }
    if (how % 2) received.message.id++;
    received.offset = numbers.next<uint64_t>();
    chunk = numbers.next<uint16_t>();
    return received;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    Numbers numbers(data, size);
    const Message message{.kind = Kind::response,
                          .datagram = numbers.next<uint16_t>(),
                          .size = numbers.next<uint16_t>() % 4096U};
    if (!acceptable(message)) return 0;
    Assembly assembly(message);
    Cover cover(message.size);
    while (!numbers.empty()) {
        uint64_t chunk = 0;
        const auto received = next_datagram(numbers, message, chunk);
        if (assembly.take(received, chunk)) cover.add(received.offset, chunk);
        must(assembly.complete() == cover.whole(), "complete is covered");
    }
    return 0;
}
