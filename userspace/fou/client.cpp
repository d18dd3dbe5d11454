// SPDX-License-Identifier: GPL-2.0-only
#include "fou/client.h"

#include <cerrno>

#include <linux/fou.h>

namespace gueway::fou {

using netlink::Bytes;
using netlink::Message;

namespace {

Error named(Error error, const std::string& object, const char* operation)
{
    error.object = object;
    error.operation = operation;
    if (error.code == EPERM) error.remedy = "needs root (CAP_NET_ADMIN)";
    if (error.code == EADDRINUSE) error.remedy = "ss -ulnp shows who listens there";
    if (error.code == EAFNOSUPPORT) error.remedy = "modprobe fou6";
    return error;
}

} // namespace

Result<Client> Client::open(std::string place)
{
    auto socket = TRY(netlink::Socket::open(std::move(place)));
    const auto family = TRY(socket.family(FOU_GENL_NAME, FOU_GENL_VERSION, "fou"));
    return Client(std::move(socket), family);
}

Result<std::vector<Port>> Client::ports()
{
    std::vector<Port> found;
    const auto listed =
        socket_.dump(Message(family_, FOU_CMD_GET), [&](uint8_t, Bytes attributes) -> Result<void> {
            found.push_back(TRY(parse_port(attributes)));
            return {};
        });
    if (!listed) return named(listed.error(), "fou ports", "list");
    return found;
}

Result<void> Client::add(const Port& port)
{
    Message request(family_, FOU_CMD_ADD);
    put_port(request, port);
    const auto asked = socket_.ask(request, [](uint8_t, Bytes) { return Result<void>(); });
    if (!asked) return named(asked.error(), port.text(), "add");
    return {};
}

Result<void> Client::remove(const Port& port)
{
    Message request(family_, FOU_CMD_DEL);
    put_port(request, port);
    const auto asked = socket_.ask(request, [](uint8_t, Bytes) { return Result<void>(); });
    if (!asked) return named(asked.error(), port.text(), "remove");
    return {};
}

} // namespace gueway::fou
