// SPDX-License-Identifier: GPL-2.0-only
// IPVS of one network namespace: read it, and change it in batches. Needs CAP_NET_ADMIN, even to
// read. Changes are collected in a Changes and committed together; the kernel's refusals come back
// by their place in it.
#pragma once

#include "ipvs/model.h"
#include "netlink/socket.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway::ipvs {

// Changes in the order in which the kernel shall make them. Each add() and so on is one message;
// they count from 0, as netlink::Refusal::index does.
class Changes {
public:
    explicit Changes(netlink::Family family) : family_(family) {}

    void add(const Service& service);
    void
    set(const Service& service); // all settings: what the caller does not name, it must fill in
    void remove(const ServiceKey& key);
    void add(const ServiceKey& key, const Destination& destination);
    void set(const ServiceKey& key, const Destination& destination); // all settings
    void remove(const ServiceKey& key, const Destination& destination);
    void zero(const ServiceKey& key);
    void zero_all();
    void flush(); // removes all services
    void set(const Timeouts& timeouts);
    void start(const Daemon& daemon);
    void stop(DaemonRole role);

    size_t size() const { return batch_.size(); }
    bool empty() const { return batch_.empty(); }
    void clear() { batch_.clear(); }

private:
    friend class Client;
    netlink::Family family_;
    netlink::Batch batch_;
};

struct ServiceState {
    Service service;
    std::vector<Destination> destinations; // in the kernel's order, which mh's table depends on
};

// Owns one netlink socket; move-only, one thread.
class Client {
public:
    // In the calling thread's network namespace; loads ip_vs if it can. `place` names the namespace
    // in errors.
    static Result<Client> open(std::string place = {});

    Changes changes() const { return Changes(family_); }
    // See netlink::Socket::commit.
    Result<std::vector<netlink::Refusal>> commit(Changes& changes);

    Result<std::vector<Service>> services();
    // Nothing when there is no such service.
    Result<std::optional<Service>> service(const ServiceKey& key);
    // Empty when there is no such service: the kernel does not tell.
    Result<std::vector<Destination>> destinations(const ServiceKey& key);
    // Everything, read until two readings show the same services, workers and settings in the same
    // order (counters aside): a dump does not tell when it skipped or doubled an entry because
    // somebody else was writing. EAGAIN when it never holds still.
    Result<std::vector<ServiceState>> snapshot();

    Result<Timeouts> timeouts();
    Result<std::vector<Daemon>> daemons();
    Result<Info> info();

private:
    Client(netlink::Socket socket, netlink::Family family)
        : socket_(std::move(socket)), family_(family)
    {}
    netlink::Socket socket_;
    netlink::Family family_;
};

} // namespace gueway::ipvs
