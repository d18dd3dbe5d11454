// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/edit.h"

#include "ipvsadm/grammar.h"
#include "ipvsadm/options.h"

namespace gueway::ipvsadm {

namespace {

using ipvs::Destination;
using ipvs::Forward;
using ipvs::Service;

constexpr uint32_t scheduler_flags =
    ipvs::scheduler_flag_1 | ipvs::scheduler_flag_2 | ipvs::scheduler_flag_3;

uint32_t edited_flags(const Service& present, const Command& command)
{
    uint32_t named = 0;
    if (command.has(Option::persistent)) named |= ipvs::persistent;
    if (command.has(Option::one_packet) || command.has(Option::every_packet))
        named |= ipvs::one_packet;
    // Another scheduler means another thing by the same flags.
    const bool other_scheduler =
        command.has(Option::scheduler) && command.service.scheduler != present.scheduler;
    if (command.has(Option::scheduler_flags) || other_scheduler) named |= scheduler_flags;
    return (present.flags & ~named) | (command.service.flags & named);
}

EncapChecksum edited_checksum(const Encap& present, EncapType type, const Command& command)
{
    constexpr Options checksums =
        options(Option::tunnel_nocsum, Option::tunnel_csum, Option::tunnel_remcsum);
    if (command.named & checksums) return command.worker.encap.checksum;
    const bool has_it = type == EncapType::gue ||
                        (type == EncapType::gre && present.checksum != EncapChecksum::remote);
    return has_it ? present.checksum : EncapChecksum::none;
}

// `present` is none of a tunnel's unless the worker is behind one.
Encap edited_encap(const Encap& present, const Command& command)
{
    const auto& named = command.worker.encap;
    Encap encap;
    encap.type = command.has(Option::tunnel_type) ? named.type : present.type;
    const bool same_type = encap.type == present.type;
    encap.port = command.has(Option::tunnel_port) ? named.port : same_type ? present.port : 0;
    encap.checksum = edited_checksum(present, encap.type, command);
    return encap;
}

} // namespace

std::expected<Service, Failure> edited(const Service& present, const Command& command)
{
    const auto& named = command.service;
    Service service = present;
    service.flags = edited_flags(present, command);
    // A restore that was cut off may have left one without.
    if (command.has(Option::scheduler) || present.scheduler == ipvs::no_scheduler)
        service.scheduler = named.scheduler;
    if (command.has(Option::persistent)) service.timeout = named.timeout;
    if (command.has(Option::netmask)) service.netmask = named.netmask;
    if (command.has(Option::engine)) service.persistence_engine = named.persistence_engine;
    if (auto fine = check_flags(service, command.flags_of); !fine)
        return std::unexpected(fine.error());
    if (auto fine = check_service(service); !fine) return std::unexpected(fine.error());
    return service;
}

std::expected<Destination, Failure> edited(const Destination& present, const Command& command)
{
    const auto& named = command.worker;
    Destination worker = present;
    if (command.has(Option::forward)) worker.forward = named.forward;
    if (command.has(Option::weight)) worker.weight = named.weight;
    if (command.has(Option::upper_threshold)) worker.upper_threshold = named.upper_threshold;
    if (command.has(Option::lower_threshold)) worker.lower_threshold = named.lower_threshold;
    const bool tunnel = worker.forward == Forward::tunnel;
    if (!tunnel && (command.named & tunnel_options))
        return std::unexpected(Failure{status_usage, "server " + present.text() +
                                                         ": it is behind no tunnel: -i makes one"});
    const bool was_tunnel = present.forward == Forward::tunnel;
    worker.encap = tunnel ? edited_encap(was_tunnel ? present.encap : Encap(), command) : Encap();
    if (auto fine = check_worker(command.service.key, worker, command.named); !fine)
        return std::unexpected(fine.error());
    return worker;
}

std::vector<uint16_t> ports_meant(const Command& command)
{
    const auto& key = command.service.key;
    const bool one = command.has(Option::forward) || key.fwmark || command.worker.port == key.port;
    if (one) return {command.worker.port};
    return {command.worker.port, key.port};
}

} // namespace gueway::ipvsadm
