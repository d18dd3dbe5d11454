// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs/client.h"

#include "ipvs/codec.h"

#include <algorithm>
#include <cerrno>

#include <linux/ip_vs.h>

namespace gueway::ipvs {

using netlink::Bytes;
using netlink::Message;

void Changes::add(const Service& service)
{
    Message message(family_, IPVS_CMD_NEW_SERVICE);
    put_service(message, service);
    batch_.add(message);
}

void Changes::set(const Service& service)
{
    Message message(family_, IPVS_CMD_SET_SERVICE);
    put_service(message, service);
    batch_.add(message);
}

void Changes::remove(const ServiceKey& key)
{
    Message message(family_, IPVS_CMD_DEL_SERVICE);
    put_key(message, key);
    batch_.add(message);
}

void Changes::add(const ServiceKey& key, const Destination& destination)
{
    Message message(family_, IPVS_CMD_NEW_DEST);
    put_key(message, key);
    put_destination(message, destination);
    batch_.add(message);
}

void Changes::set(const ServiceKey& key, const Destination& destination)
{
    Message message(family_, IPVS_CMD_SET_DEST);
    put_key(message, key);
    put_destination(message, destination);
    batch_.add(message);
}

void Changes::remove(const ServiceKey& key, const Destination& destination)
{
    Message message(family_, IPVS_CMD_DEL_DEST);
    put_key(message, key);
    put_worker(message, destination);
    batch_.add(message);
}

void Changes::zero(const ServiceKey& key)
{
    Message message(family_, IPVS_CMD_ZERO);
    put_key(message, key);
    batch_.add(message);
}

void Changes::zero_all()
{
    batch_.add(Message(family_, IPVS_CMD_ZERO));
}

void Changes::flush()
{
    batch_.add(Message(family_, IPVS_CMD_FLUSH));
}

void Changes::set(const Timeouts& timeouts)
{
    Message message(family_, IPVS_CMD_SET_CONFIG);
    put_timeouts(message, timeouts);
    batch_.add(message);
}

void Changes::start(const Daemon& daemon)
{
    Message message(family_, IPVS_CMD_NEW_DAEMON);
    put_daemon(message, daemon);
    batch_.add(message);
}

void Changes::stop(DaemonRole role)
{
    Message message(family_, IPVS_CMD_DEL_DAEMON);
    put_role(message, role);
    batch_.add(message);
}

Result<Client> Client::open(std::string place)
{
    auto socket = TRY(netlink::Socket::open(std::move(place)));
    const auto family = TRY(socket.family(IPVS_GENL_NAME, IPVS_GENL_VERSION, "ip_vs"));
    return Client(std::move(socket), family);
}

Result<std::vector<netlink::Refusal>> Client::commit(Changes& changes)
{
    return socket_.commit(changes.batch_);
}

namespace {

Error named(Error error, const std::string& object, const char* operation)
{
    error.object = object;
    error.operation = operation;
    if (error.code == EPERM) error.remedy = "needs root (CAP_NET_ADMIN)";
    return error;
}

// What a reading must have in common with the next: all that somebody sets.
bool same(const std::vector<ServiceState>& one, const std::vector<ServiceState>& other)
{
    const auto same_destination = [](const Destination& a, const Destination& b) {
        return a.same_worker(b) && a.same_settings(b);
    };
    return std::ranges::equal(one, other, [&](const ServiceState& a, const ServiceState& b) {
        return a.service.same_settings(b.service) &&
               std::ranges::equal(a.destinations, b.destinations, same_destination);
    });
}

struct Reading {
    std::vector<ServiceState> services;
    bool operator==(const Reading& other) const { return same(services, other.services); }
};

} // namespace

Result<std::vector<Service>> Client::services()
{
    std::vector<Service> found;
    const auto listed = socket_.dump(Message(family_, IPVS_CMD_GET_SERVICE),
                                     [&](uint8_t, Bytes attributes) -> Result<void> {
                                         found.push_back(TRY(parse_service(attributes)));
                                         return {};
                                     });
    if (!listed) return named(listed.error(), "IPVS services", "list");
    return found;
}

Result<std::optional<Service>> Client::service(const ServiceKey& key)
{
    std::optional<Service> found;
    Message request(family_, IPVS_CMD_GET_SERVICE);
    put_key(request, key);
    const auto asked = socket_.ask(request, [&](uint8_t, Bytes attributes) -> Result<void> {
        found = TRY(parse_service(attributes));
        return {};
    });
    if (!asked && asked.error().code == ESRCH) return std::optional<Service>();
    if (!asked) return named(asked.error(), "service " + key.text(), "look up");
    return found;
}

Result<std::vector<Destination>> Client::destinations(const ServiceKey& key)
{
    std::vector<Destination> found;
    Message request(family_, IPVS_CMD_GET_DEST);
    put_key(request, key);
    const auto listed = socket_.dump(request, [&](uint8_t, Bytes attributes) -> Result<void> {
        found.push_back(TRY(parse_destination(attributes, key.family)));
        return {};
    });
    if (!listed) return named(listed.error(), "workers of service " + key.text(), "list");
    return found;
}

Result<std::vector<ServiceState>> Client::snapshot()
{
    const auto read = [this]() -> Result<Reading> {
        Reading reading;
        for (auto& service : TRY(services())) {
            auto destinations = TRY(this->destinations(service.key));
            reading.services.push_back({std::move(service), std::move(destinations)});
        }
        return reading;
    };
    return TRY(netlink::read_steadily("IPVS", read)).services;
}

Result<Timeouts> Client::timeouts()
{
    Timeouts found;
    const auto asked = socket_.ask(Message(family_, IPVS_CMD_GET_CONFIG),
                                   [&](uint8_t, Bytes attributes) -> Result<void> {
                                       found = TRY(parse_timeouts(attributes));
                                       return {};
                                   });
    if (!asked) return named(asked.error(), "IPVS timeouts", "read");
    return found;
}

Result<std::vector<Daemon>> Client::daemons()
{
    std::vector<Daemon> found;
    const auto listed = socket_.dump(Message(family_, IPVS_CMD_GET_DAEMON),
                                     [&](uint8_t, Bytes attributes) -> Result<void> {
                                         found.push_back(TRY(parse_daemon(attributes)));
                                         return {};
                                     });
    if (!listed) return named(listed.error(), "IPVS sync daemons", "list");
    return found;
}

Result<Info> Client::info()
{
    Info found;
    const auto asked = socket_.ask(Message(family_, IPVS_CMD_GET_INFO),
                                   [&](uint8_t, Bytes attributes) -> Result<void> {
                                       found = TRY(parse_info(attributes));
                                       return {};
                                   });
    if (!asked) return named(asked.error(), "IPVS", "ask for its version");
    return found;
}

} // namespace gueway::ipvs
