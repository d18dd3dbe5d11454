// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/perform.h"

#include "ipvs/meaning.h"
#include "ipvsadm/edit.h"
#include "ipvsadm/options.h"
#include "ipvsadm/present.h"

#include <cerrno>

#include <fmt/format.h>

namespace gueway::ipvsadm {

namespace {

using ipvs::Changes;

std::string object(const Command& command)
{
    std::string service = "service " + command.service.key.text();
    switch (command.verb) {
    case Verb::add_server:
    case Verb::edit_server:
    case Verb::delete_server:
        return fmt::format("{}: server {}", service, command.worker.text());
    case Verb::start_daemon:
        return "sync daemon on " + command.daemon.interface;
    case Verb::stop_daemon:
        return "sync daemon";
    case Verb::set_timeouts:
        return "IPVS timeouts";
    case Verb::clear:
        return "IPVS services";
    case Verb::zero:
        return command.has(Option::service) ? service : "IPVS counters";
    default:
        return service;
    }
}

bool about_workers(Verb verb)
{
    return verb == Verb::add_server || verb == Verb::edit_server || verb == Verb::delete_server;
}

// What to do about it in the words of this grammar, where it has some.
ipvs::Meaning meaning(const Command& command, int code)
{
    const bool of_worker = about_workers(command.verb);
    auto found = ipvs::meaning(code, command.service, of_worker);
    if (code == EEXIST && command.verb == Verb::start_daemon)
        return {"it runs already", "stop it first: --stop-daemon"};
    if (code == ESRCH && command.verb == Verb::stop_daemon) return {"none is running", {}};
    if (code == ENODEV) return {"no such device", "see ip link"};
    if (code == EEXIST) found.remedy = of_worker ? "edit it with -e" : "edit it with -E";
    if (code == ESRCH) found.remedy = "add it with -A; -Ln lists what there is";
    if (code == ENOENT && of_worker) found.remedy = "add it with -a; -Ln lists what there is";
    return found;
}

std::expected<void, Failure> send(ipvs::Client& client, Changes& changes, const Command& command)
{
    const auto refusals = client.commit(changes);
    if (!refusals) return std::unexpected(failed(refusals.error()));
    if (refusals->empty()) return {};
    return std::unexpected(refused(command, refusals->front().code, refusals->front().words));
}

void put_rest(Changes& changes, const Command& command)
{
    switch (command.verb) {
    case Verb::clear:
        return changes.flush();
    case Verb::zero:
        return command.has(Option::service) ? changes.zero(command.service.key)
                                            : changes.zero_all();
    case Verb::set_timeouts:
        return changes.set(command.timeouts);
    case Verb::start_daemon:
        return changes.start(command.daemon);
    case Verb::stop_daemon:
        return changes.stop(command.daemon.role);
    default:
        return;
    }
}

} // namespace

Failure failed(const Error& error)
{
    return {status_refused, error.text()};
}

Failure refused(const Command& command, int code, const std::string& words)
{
    auto found = meaning(command, code);
    const auto verb = name(command.verb);
    return failed({object(command), std::string(verb), code, words.empty() ? found.detail : words,
                   found.remedy});
}

std::expected<ipvs::Service, Failure> read_edited_service(ipvs::Client& client,
                                                          const Command& command)
{
    const auto asked = client.service(command.service.key);
    if (!asked) return std::unexpected(failed(asked.error()));
    const auto& present = *asked;
    if (!present) return std::unexpected(refused(command, ESRCH));
    return edited(*present, command);
}

Failure missing_worker(ipvs::Client& client, const Command& command)
{
    const auto service = client.service(command.service.key);
    if (!service) return failed(service.error());
    return refused(command, *service ? ENOENT : ESRCH);
}

void put(Changes& changes, const Command& command)
{
    const auto& key = command.service.key;
    switch (command.verb) {
    case Verb::add_service:
        return changes.add(command.service);
    case Verb::delete_service:
        return changes.remove(key);
    case Verb::add_server:
        return changes.add(key, command.worker);
    case Verb::delete_server:
        return changes.remove(key, command.worker);
    default:
        return put_rest(changes, command);
    }
}

std::expected<void, Failure> perform(ipvs::Client& client, const Command& command)
{
    auto changes = client.changes();
    if (command.verb == Verb::edit_service) {
        const auto service = read_edited_service(client, command);
        if (!service) return std::unexpected(service.error());
        changes.set(*service);
    } else if (command.verb == Verb::edit_server) {
        const auto worker = Present(client).edited_worker(command);
        if (!worker) return std::unexpected(worker.error());
        changes.set(command.service.key, *worker);
    } else {
        put(changes, command);
    }
    return send(client, changes, command);
}

} // namespace gueway::ipvsadm
