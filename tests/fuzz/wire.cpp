// SPDX-License-Identifier: GPL-2.0-only
// A gwflow datagram: a sealed message reads as it was, one flipped bit anywhere is noticed, and
// bytes that read as intact are exactly those that sealing what was read would give.
#include "flow/wire.h"

#include "fuzz.h"

#include <algorithm>
#include <vector>

using namespace gueway;
using namespace gueway::flow;

namespace {

Message next_message(Numbers& numbers)
{
    Message m;
    m.kind = static_cast<Kind>(1 + numbers.next<uint8_t>() % 3);
    m.status = static_cast<Status>(numbers.next<uint8_t>() % 2);
    m.datagram = numbers.next<uint16_t>();
    m.id = numbers.next<uint64_t>();
    m.seed = numbers.next<uint64_t>();
    m.size = numbers.next<uint64_t>();
    m.response_size = numbers.next<uint64_t>();
    return m;
}

// As they came: nearly always something else than a message.
void check_bytes(std::span<const std::byte> bytes)
{
    const auto received = unseal(bytes);
    if (!received || !received->intact) return;
    std::vector<std::byte> again(bytes.begin(), bytes.end());
    seal(again, received->message, received->offset);
    must(std::ranges::equal(again, bytes), "what is intact is what sealing gives");
}

void check_message(Numbers numbers)
{
    const auto message = next_message(numbers);
    const auto offset = numbers.next<uint64_t>();
    const auto flipped = numbers.next<uint16_t>();
    std::vector<std::byte> bytes(head_size);
    bytes.insert(bytes.end(), numbers.rest().begin(), numbers.rest().end());
    seal(bytes, message, offset);
    const auto received = unseal(bytes);
    must(received && received->intact && received->message == message && received->offset == offset,
         "what was sealed is intact and reads as it was");
    flip_bit(bytes, flipped);
    const auto damaged = unseal(bytes);
    must(!damaged || !damaged->intact, "a flipped bit is noticed");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const Numbers numbers(data, size);
    check_bytes(numbers.rest());
    check_message(numbers);
    return 0;
}
