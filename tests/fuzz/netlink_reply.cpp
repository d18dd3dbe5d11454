// SPDX-License-Identifier: GPL-2.0-only
// The attributes of a reply, as any kernel might send them: refused, or what was read reads the
// same when it is written and read again.
#include "fou/port.h"
#include "fuzz.h"
#include "ipvs/codec.h"

#include <linux/genetlink.h>
#include <linux/netlink.h>

using namespace gueway;
using namespace gueway::ipvs;

namespace {

netlink::Bytes attributes(const netlink::Message& message)
{
    return message.bytes().subspan(sizeof(nlmsghdr) + sizeof(genlmsghdr));
}

// A name longer than a Message has room for can be read but not written.
bool written(const netlink::Message& message)
{
    return !message.overflowed();
}

void check_service(netlink::Bytes bytes)
{
    const auto service = parse_service(bytes);
    if (!service) return;
    netlink::Message message({30, 1}, 1);
    put_service(message, *service);
    if (!written(message)) return;
    const auto again = parse_service(attributes(message));
    must(again && again->key == service->key && again->same_settings(*service) &&
             again->timeout == service->timeout && again->netmask == service->netmask,
         "a service reads as it was written");
    netlink::Message alone({30, 1}, 1);
    put_key(alone, service->key);
    const auto key = parse_service(attributes(alone));
    must(key && key->key == service->key, "a service's key reads as it was written");
}

void check_destination(netlink::Bytes bytes)
{
    const auto destination = parse_destination(bytes, AF_INET);
    if (!destination) return;
    netlink::Message message({30, 1}, 1);
    put_destination(message, *destination);
    const auto again = parse_destination(attributes(message), AF_INET6);
    must(again && again->same_worker(*destination) && again->same_settings(*destination),
         "a destination reads as it was written");
    netlink::Message alone({30, 1}, 1);
    put_worker(alone, *destination);
    const auto worker = parse_destination(attributes(alone), AF_INET6);
    must(worker && worker->same_worker(*destination), "a worker reads as it was written");
}

void check_daemon(netlink::Bytes bytes)
{
    const auto daemon = parse_daemon(bytes);
    if (!daemon) return;
    netlink::Message message({30, 1}, 1);
    put_daemon(message, *daemon);
    if (!written(message)) return;
    const auto again = parse_daemon(attributes(message));
    must(again && again->role == daemon->role && again->interface == daemon->interface &&
             again->group == daemon->group && again->port == daemon->port,
         "a daemon reads as it was written");
    netlink::Message alone({30, 1}, 1);
    put_role(alone, daemon->role);
    const auto role = parse_daemon(attributes(alone));
    must(role && role->role == daemon->role, "a role reads as it was written");
}

void check_timeouts(netlink::Bytes bytes)
{
    const auto timeouts = parse_timeouts(bytes);
    if (!timeouts) return;
    netlink::Message message({30, 1}, 1);
    put_timeouts(message, *timeouts);
    const auto again = parse_timeouts(attributes(message));
    must(again && again->tcp == timeouts->tcp && again->tcp_fin == timeouts->tcp_fin &&
             again->udp == timeouts->udp,
         "timeouts read as they were written");
}

void check_port(netlink::Bytes bytes)
{
    const auto port = fou::parse_port(bytes);
    if (!port) return;
    netlink::Message message({31, 1}, 1);
    fou::put_port(message, *port);
    const auto again = fou::parse_port(attributes(message));
    must(again && *again == *port && again->text() == port->text(),
         "a port reads as it was written");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const netlink::Bytes bytes(data, size);
    check_service(bytes);
    check_destination(bytes);
    check_daemon(bytes);
    check_port(bytes);
    check_timeouts(bytes);
    (void)parse_info(bytes);
    return 0;
}
