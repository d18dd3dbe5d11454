// SPDX-License-Identifier: GPL-2.0-only
// One command line of ipvsadm 1.31 as a value, and how one can fail.
#pragma once

#include "ipvs/model.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gueway::ipvsadm {

enum class Verb : uint8_t {
    add_service,
    edit_service,
    delete_service,
    clear,
    list,
    add_server,
    edit_server,
    delete_server,
    set_timeouts,
    start_daemon,
    stop_daemon,
    restore,
    save,
    zero,
    help,
    version,
};

// What a command line can name besides its verb. -t, -u, --sctp-service and -f are all `service`;
// -g, -i and -m all `forward`.
enum class Option : uint8_t {
    service,
    ipv6,
    scheduler,
    persistent,
    netmask,
    engine,
    one_packet,
    every_packet,
    scheduler_flags,
    server,
    forward,
    weight,
    upper_threshold,
    lower_threshold,
    tunnel_type,
    tunnel_port,
    tunnel_nocsum,
    tunnel_csum,
    tunnel_remcsum,
    numeric,
    connection,
    timeout,
    daemon,
    stats,
    rate,
    exact,
    thresholds,
    persistent_conn,
    tunnel_info,
    nosort,
    sort,
    mcast_interface,
    sync_id,
    sync_max_length,
    mcast_group,
    mcast_port,
    mcast_ttl,
};

// A set of options: bit N is the option of that number.
using Options = uint64_t;
template <class... T>
constexpr Options options(T... option)
{
    return ((Options{1} << static_cast<unsigned>(option)) | ... | Options{0});
}

// Passive. What the line does not name has ipvsadm's default (-s wlc, -g, -w 1), which an edit does
// not use: it keeps what is there.
//   service  its key when `service` is named; settings of -A and -E
//   flags_of the scheduler whose flags -b names, empty: those of any
//   worker   of -a, -e and -d. Of -e without -g, -i or -m the port is as written, or the service's
struct Command {
    Verb verb = Verb::list;
    Options named = 0;
    ipvs::Service service;
    std::string_view flags_of; // never a part of the line
    ipvs::Destination worker;
    ipvs::Timeouts timeouts;
    ipvs::Daemon daemon;

    bool has(Option option) const { return (named & options(option)) != 0; }
};

// Exit statuses of ipvsadm.
enum Status { status_done = 0, status_absent = 1, status_usage = 2, status_refused = 255 };

// Why a command did not do what it says, for standard error.
struct Failure {
    int status = status_refused;
    std::string text;
};

} // namespace gueway::ipvsadm
