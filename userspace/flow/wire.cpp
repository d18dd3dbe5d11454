// SPDX-License-Identifier: GPL-2.0-only
#include "flow/wire.h"

#include "flow/payload.h"

#include <cstring>

#include <endian.h>

namespace gueway::flow {

namespace {

constexpr size_t check_at = offsetof(WireHead, check);

uint64_t check_of(WireHead head, std::span<const std::byte> chunk)
{
    head.check = 0;
    return hash_of(chunk, hash_of(std::as_bytes(std::span(&head, 1))));
}

bool known(const WireHead& head)
{
    return head.kind >= static_cast<uint8_t>(Kind::request) &&
           head.kind <= static_cast<uint8_t>(Kind::goodbye) &&
           head.status <= static_cast<uint8_t>(Status::corrupt);
}

} // namespace

Message response_to(const Message& request)
{
    return {.kind = Kind::response,
            .status = Status::ok,
            .datagram = request.datagram,
            .id = request.id,
            .seed = mixed(request.seed),
            .size = request.response_size,
            .response_size = 0};
}

Message refusal_of(const Message& request)
{
    Message refusal = response_to(request);
    refusal.status = Status::corrupt;
    refusal.size = 0;
    return refusal;
}

void seal(std::span<std::byte> bytes, const Message& message, uint64_t offset)
{
    WireHead head{.magic = htobe32(wire_magic),
                  .kind = static_cast<uint8_t>(message.kind),
                  .status = static_cast<uint8_t>(message.status),
                  .datagram = htobe16(message.datagram),
                  .id = htobe64(message.id),
                  .seed = htobe64(message.seed),
                  .size = htobe64(message.size),
                  .response_size = htobe64(message.response_size),
                  .offset = htobe64(offset),
                  .check = 0};
    const uint64_t check = htobe64(check_of(head, bytes.subspan(head_size)));
    std::memcpy(bytes.data(), &head, head_size);
    std::memcpy(bytes.data() + check_at, &check, sizeof check);
}

std::optional<Received> unseal(std::span<const std::byte> bytes)
{
    if (bytes.size() < head_size) return {};
    WireHead head;
    std::memcpy(&head, bytes.data(), head_size);
    if (be32toh(head.magic) != wire_magic) return {};
    Received received{.message = {.kind = static_cast<Kind>(head.kind),
                                  .status = static_cast<Status>(head.status),
                                  .datagram = be16toh(head.datagram),
                                  .id = be64toh(head.id),
                                  .seed = be64toh(head.seed),
                                  .size = be64toh(head.size),
                                  .response_size = be64toh(head.response_size)},
                      .offset = be64toh(head.offset),
                      .intact = false};
    received.intact =
        known(head) && check_of(head, bytes.subspan(head_size)) == be64toh(head.check);
    return received;
}

} // namespace gueway::flow
