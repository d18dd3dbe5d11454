// SPDX-License-Identifier: GPL-2.0-only
// From a document that has the right shape to a Config.
#include "config/check.h"
#include "config/config.h"
#include "config/scheduler.h"
#include "config/shape.h"
#include "util/text.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway {

namespace {

constexpr std::string_view sysctl_directory = "net.ipv4.vs.";

// The order of the table's words for "forward" and "protocol".
constexpr std::array forwards = {ipvs::Forward::tunnel, ipvs::Forward::direct,
                                 ipvs::Forward::masquerade};
constexpr std::array<uint16_t, 3> protocols = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP};

// Decimal numbers, lists and ranges: what is read back is to be equal.
bool as_the_kernel_shows(std::string_view value)
{
    char before = ' ';
    for (size_t i = 0; i < value.size(); before = value[i++]) {
        const bool digit = value[i] >= '0' && value[i] <= '9';
        if (!digit && std::string_view(" ,-").find(value[i]) == std::string_view::npos)
            return false;
        const bool last = i + 1 == value.size() || value[i + 1] < '0' || value[i + 1] > '9';
        if (value[i] == '0' && (before < '0' || before > '9') && !last) return false;
    }
    return !value.empty();
}

// What may be there once, and the line where it was seen first.
class Once {
public:
    // That line, or nothing when it is new.
    std::optional<int> seen(const std::string& what, const Mark& mark)
    {
        const auto [at, fresh] = lines_.emplace(what, mark.line);
        return fresh ? std::nullopt : std::optional(at->second);
    }

private:
    std::map<std::string, int> lines_;
};

class Reader {
public:
    Reader(const YamlNode& file, const std::string& source, Mistakes& mistakes)
        : file_(file, whole_file()), mistakes_(mistakes)
    {
        config_.source = source;
    }

    // What is wrong in one place does not keep the others from being read, unless they need it.
    Config read()
    {
        if (const auto director = file_.map("director")) read_director(*director);
        if (const auto worker = file_.map("worker"))
            config_.worker = {worker->text("vip_device"), worker->prefixes("return_routes")};
        for (const auto& [name, mark, node] : file_.node("pools")->entries)
            read_pool(name, Values(node, *whole_file().find("pools")->inside));
        for (const auto& service : file_.maps("services")) mistakes_.add(read_service(service));
        check_workers();
        check_together(config_, mistakes_);
        return std::move(config_);
    }

private:
    Error wrong(const Mark& mark, const std::string& what, std::string detail,
                std::string remedy = {}) const
    {
        return error_at(config_.source, mark, what, std::move(detail), std::move(remedy));
    }

    void read_director(const Values& director)
    {
        if (const auto underlay = director.map("underlay"))
            config_.underlay = {underlay->text("device"), underlay->number<unsigned>("mtu"),
                                underlay->whole().mark};
        config_.vip_device = director.text("vip_device");
        const YamlNode* sysctls = director.node("sysctls");
        if (!sysctls) return;
        for (const auto& [name, mark, value] : sysctls->entries) {
            if (!as_the_kernel_shows(value.text))
                mistakes_.add(
                    wrong(value.mark, "director.sysctls: " + name,
                          fmt::format("\"{}\" is not how the kernel shows numbers", value.text),
                          "give decimal numbers without leading zeros"));
            config_.sysctls.push_back({std::string(sysctl_directory) + name, value.text, mark});
        }
    }

    void read_pool(const std::string& name, const Values& values)
    {
        Pool pool{.name = name,
                  .forward = forwards[values.choice("forward")],
                  .mark = values.whole().mark};
        mistakes_.add(read_encap(values, pool));
        Once once;
        const auto workers = values.maps("workers");
        pool.workers.reserve(workers.size());
        for (const auto& worker : workers) read_worker(worker, pool, once);
        if (values.truth("empty") && !workers.empty())
            mistakes_.add(wrong(values.mark("empty"), "pool " + name,
                                fmt::format("it is not empty: it has {} workers", workers.size()),
                                "leave empty out"));
        if (values.truth("empty")) meant_empty_.insert(name);
        config_.pools.push_back(std::move(pool));
    }

    // A list that lost its last line would take every worker from a VIP that stays.
    void check_workers()
    {
        for (const auto& service : config_.services) {
            const auto& pool = config_.pool_of(service);
            if (pool.workers.empty() && !meant_empty_.contains(pool.name))
                mistakes_.add(
                    wrong(pool.mark,
                          fmt::format("service {}: pool {}", service.service.key.text(), pool.name),
                          "it has no workers, so that nobody would answer",
                          "give workers, or empty: true if that is meant"));
        }
    }

    Result<void> read_encap(const Values& values, Pool& pool)
    {
        const auto who = "pool " + pool.name;
        const auto encap = values.map("encap");
        const bool tunnel = pool.forward == ipvs::Forward::tunnel;
        if (!encap && !tunnel) return {};
        if (!encap)
            return wrong(pool.mark, who, "encap is missing",
                         "give encap: {type: gue, port: 5501}, or forward: direct or masquerade");
        if (!tunnel)
            return wrong(encap->whole().mark, who,
                         fmt::format("forward: {} has no encapsulation", values.text("forward")),
                         "leave encap or forward out");
        pool.encap = {static_cast<EncapType>(encap->choice("type")),
                      encap->number<uint16_t>("port"),
                      static_cast<EncapChecksum>(encap->choice("checksum"))};
        pool.port6 = encap->number<uint16_t>("port6");
        if (const auto checked = check(pool.encap); !checked)
            return wrong(encap->whole().mark, who + ": " + checked.error().object,
                         checked.error().detail, checked.error().remedy);
        if (pool.port6 && pool.encap.type != EncapType::fou_interface)
            return wrong(encap->mark("port6"), who,
                         fmt::format("{} has no port6", name(pool.encap.type)),
                         "only fou-interface needs one port for each IP version inside");
        if (pool.port6 && pool.port6 == pool.encap.port)
            return wrong(encap->mark("port6"), who, fmt::format("port6 is port, {}", pool.port6),
                         "FOU cannot tell IPv4 from IPv6 inside: give another port");
        return {};
    }

    void read_worker(const Values& values, Pool& pool, Once& once)
    {
        PoolWorker worker{.name = values.text("name"),
                          .address = values.address("address"),
                          .weight = values.number<uint32_t>("weight"),
                          .port = values.number<uint16_t>("port"),
                          .upper_threshold = values.number<uint32_t>("upper_threshold"),
                          .lower_threshold = values.number<uint32_t>("lower_threshold"),
                          .mark = values.whole().mark};
        const auto who = fmt::format("pool {}: worker {}", pool.name, worker.name);
        mistakes_.add(check_worker(values, who, worker, once));
        mistakes_.add(read_private(values, pool, who, worker));
        pool.workers.push_back(std::move(worker));
    }

    Result<void> check_worker(const Values& values, const std::string& who,
                              const PoolWorker& worker, Once& once) const
    {
        if (const auto line = once.seen("name " + worker.name, values.mark("name")))
            return wrong(values.mark("name"), who, fmt::format("line {} has that name", *line),
                         "a pool has each worker once");
        if (const auto line = once.seen(ipvs::endpoint(worker.address, worker.port), worker.mark))
            return wrong(values.mark("address"), who,
                         fmt::format("{} is in line {} already", worker.address.text(), *line),
                         "a pool has each worker once");
        if (const auto reason = unfit_worker(worker.address); !reason.empty())
            return wrong(values.mark("address"), who,
                         fmt::format("address {}: {}", worker.address.text(), reason),
                         "give another one of the worker's");
        if (worker.lower_threshold > worker.upper_threshold)
            return wrong(values.mark("lower_threshold"), who,
                         fmt::format("lower_threshold {} is above upper_threshold {}",
                                     worker.lower_threshold, worker.upper_threshold),
                         "give an upper one that is larger");
        return {};
    }

    Result<void> read_private(const Values& values, const Pool& pool, const std::string& who,
                              PoolWorker& worker)
    {
        const auto given = values.addresses("private");
        if (!given.empty() && pool.encap.type != EncapType::fou_interface)
            return wrong(values.mark("private"), who, "private addresses are of fou-interface",
                         "leave them out");
        for (const auto& address : given) {
            auto& place = address.family == AF_INET6 ? worker.private6 : worker.private4;
            if (place)
                return wrong(values.mark("private"), who, "two private addresses of one IP version",
                             "give one of each");
            place = address;
            if (const auto reason = unfit_worker(address); !reason.empty())
                return wrong(values.mark("private"), who,
                             fmt::format("private address {}: {}", address.text(), reason),
                             "give another one");
            if (const auto line = private_.seen(address.text(), values.mark("private")))
                return wrong(
                    values.mark("private"), who,
                    fmt::format("private address {} is in line {} already", address.text(), *line),
                    "every worker's own");
        }
        return {};
    }

    Result<void> read_service(const Values& values)
    {
        VirtualService made{.pool = values.text("pool"), .mark = values.whole().mark};
        TRY(read_key(values, made.service.key));
        const auto who = "service " + made.service.key.text();
        if (const auto line = services_.seen(made.service.key.text(), made.mark))
            return wrong(made.mark, who, fmt::format("it is in line {} already", *line),
                         "a file has each service once");
        if (!config_.pool(made.pool)) return unknown_pool(values, who);
        mistakes_.add(read_scheduler(values, who, made.service));
        mistakes_.add(read_persistence(values, who, made.service));
        config_.services.push_back(std::move(made));
        return {};
    }

    Error unknown_pool(const Values& values, const std::string& who) const
    {
        std::vector<std::string_view> names(config_.pools.size());
        std::ranges::transform(config_.pools, names.begin(), &Pool::name);
        const auto meant = closest(values.text("pool"), names);
        return wrong(values.mark("pool"), who, fmt::format("no pool {}", values.text("pool")),
                     meant.empty() ? "define it under pools"
                                   : fmt::format("did you mean {}?", meant));
    }

    // Which keys go together, and which do not.
    Result<void> read_key(const Values& values, ipvs::ServiceKey& key) const
    {
        const bool marked = values.has("fwmark");
        if (marked == values.has("vip"))
            return wrong(values.whole().mark, "service",
                         marked ? "both vip and fwmark" : "neither vip nor fwmark", "give one");
        for (const auto* other : {"port", "protocol"})
            if (marked && values.has(other))
                return wrong(values.mark(other), "service",
                             fmt::format("{} has no meaning with fwmark", other), "leave it out");
        if (!marked && values.has("family"))
            return wrong(values.mark("family"), "service", "family has no meaning with vip",
                         "leave it out");
        if (marked) {
            key.family = values.text("family") == "ipv6" ? AF_INET6 : AF_INET;
            key.address.family = key.family;
            key.fwmark = values.number<uint32_t>("fwmark");
            return {};
        }
        key.address = values.address("vip");
        key.family = key.address.family;
        if (const auto reason = unfit_vip(key.address); !reason.empty())
            return wrong(values.mark("vip"), "service " + key.address.text(), std::string(reason),
                         "give the address that clients use");
        key.port = values.number<uint16_t>("port");
        key.protocol = protocols[values.choice("protocol")];
        if (key.port == 0 && !values.has("persistence"))
            return wrong(values.whole().mark, "service " + key.address.text(), "port is missing",
                         "give port, or persistence for every port");
        return {};
    }

    Result<void> read_scheduler(const Values& values, const std::string& who,
                                ipvs::Service& service) const
    {
        service.scheduler = values.text("scheduler");
        const auto names = values.choices("flags");
        for (size_t i = 0; i < names.size(); ++i) {
            const auto flag = scheduler_flag(service.scheduler, names[i]);
            if (!flag)
                return wrong(
                    values.node("flags")->items[i].mark, who,
                    fmt::format("scheduler {} has no flag {}", service.scheduler, names[i]),
                    "leave it out, or choose the scheduler it belongs to");
            service.flags |= *flag;
        }
        if (!values.truth("one_packet")) return {};
        if (service.key.fwmark == 0 && service.key.protocol != IPPROTO_UDP)
            return wrong(values.mark("one_packet"), who, "only UDP can be scheduled by packet",
                         "leave one_packet out");
        service.flags |= ipvs::one_packet;
        return {};
    }

    Result<void> read_persistence(const Values& values, const std::string& who,
                                  ipvs::Service& service) const
    {
        service.netmask = ipvs::whole_netmask(service.key.family);
        service.timeout = values.number<uint32_t>("persistence");
        if (service.timeout) service.flags |= ipvs::persistent;
        service.persistence_engine = values.text("persistence_engine");
        for (const auto* key : {"persistence_netmask", "persistence_engine"})
            if (!service.timeout && values.has(key))
                return wrong(values.mark(key), who, fmt::format("{} without persistence", key),
                             "give persistence: SECONDS");
        if (!values.has("persistence_netmask")) return {};
        const auto netmask = netmask_from(values.text("persistence_netmask"), service.key.family);
        if (!netmask)
            return wrong(values.mark("persistence_netmask"), who,
                         fmt::format("{} is no netmask of its address family",
                                     values.text("persistence_netmask")),
                         "IPv4: 1 to 32 or a mask; IPv6: 1 to 128");
        service.netmask = *netmask;
        return {};
    }

    static std::optional<uint32_t> netmask_from(const std::string& text, int family)
    {
        const auto length = parse_number<uint32_t>(text);
        if (family == AF_INET6) return length;
        if (length && *length <= 32) return ~uint32_t{0} << (32 - *length);
        if (length) return {};
        const auto address = parse_address(text).value();
        uint32_t mask = 0;
        for (size_t i = 0; i < 4; ++i) mask = mask << 8 | address.bytes[i];
        return mask;
    }

    Values file_;
    Config config_;
    Mistakes& mistakes_;
    Once private_, services_;
    std::set<std::string> meant_empty_; // pools
};

} // namespace

Result<Config> parse_config(std::string_view text, const std::string& source, Mistakes* mistakes)
{
    Mistakes found;
    const auto parse = [&]() -> Result<Config> {
        const auto document = TRY(read_document(text, source));
        check_shape(document, source, found);
        if (!found.empty()) return found.first().front();
        auto config = Reader(document, source, found).read();
        if (!found.empty()) return found.first().front();
        return config;
    };
    auto config = parse();
    if (!config && found.empty()) found.add(config.error());
    if (mistakes) *mistakes = std::move(found);
    return config;
}

Result<Config> read_config(const fs::path& path, Mistakes* mistakes)
{
    // What has no size, as a pipe or /dev/zero, may be without end.
    const auto text = read_file(path, largest_file);
    if (!text && text.error().code == EFBIG)
        return error_at(path, {1, 1}, "file", text.error().detail,
                        fmt::format("at most {} MiB", largest_file >> 20));
    return parse_config(TRY(text), path, mistakes);
}

} // namespace gueway
