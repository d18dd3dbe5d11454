// SPDX-License-Identifier: GPL-2.0-only
// IPVS objects to netlink attributes and back, without a kernel.
#pragma once

#include "ipvs/model.h"
#include "netlink/attributes.h"
#include "netlink/message.h"

namespace gueway::ipvs {

// Inside IPVS_CMD_ATTR_SERVICE, _DEST and _DAEMON, which they open and close themselves.
void put_key(netlink::Message& message, const ServiceKey& key);
void put_service(netlink::Message& message, const Service& service);
// Names the worker and nothing else, as a removal does.
void put_worker(netlink::Message& message, const Destination& destination);
void put_destination(netlink::Message& message, const Destination& destination);
// The role alone stops a daemon.
void put_role(netlink::Message& message, DaemonRole role);
void put_daemon(netlink::Message& message, const Daemon& daemon);
// Those that are not 0.
void put_timeouts(netlink::Message& message, const Timeouts& timeouts);

// From the attributes of one reply. What the kernel leaves out keeps its default; without an
// address or another part of the key it is an Error (EBADMSG).
Result<Service> parse_service(netlink::Bytes attributes);
// `service_family` is what a reply without ADDR_FAMILY means (kernels before 3.18).
Result<Destination> parse_destination(netlink::Bytes attributes, int service_family);
Result<Daemon> parse_daemon(netlink::Bytes attributes);
Result<Timeouts> parse_timeouts(netlink::Bytes attributes);
Result<Info> parse_info(netlink::Bytes attributes);

} // namespace gueway::ipvs
