// SPDX-License-Identifier: GPL-2.0-only
#include "director/describe.h"

#include "config/scheduler.h"
#include "util/text.h"

#include <bit>
#include <map>

#include <fmt/format.h>

namespace gueway {

namespace {

using Kind = ipvs::ServiceDifference::Kind;
using plan::Operation;

// What is not worth a word, and so not said of what is added.
std::string unless_zero(uint32_t number)
{
    return number ? std::to_string(number) : std::string();
}

std::string flags_text(const ipvs::Service& service)
{
    auto names = scheduler_flags(service.scheduler, service.flags);
    if (service.flags & ipvs::one_packet) names.emplace_back("one-packet");
    return join(names, " ");
}

struct Attribute {
    const char* name;
    std::string from, to;
};

std::vector<plan::Difference> differing(std::initializer_list<Attribute> all)
{
    std::vector<plan::Difference> made;
    for (const auto& [name, from, to] : all)
        if (from != to) made.push_back({name, from, to});
    return made;
}

// What is added has come from nothing: only its own side is shown.
template <class T>
std::vector<plan::Difference> one_sided(const T& object, bool added)
{
    auto made = attributes(T{}, object);
    for (auto& [attribute, from, to] : made) {
        from.clear();
        if (!added) std::swap(from, to);
    }
    return made;
}

// Names of a service's workers, made when the first one is asked for: most plans change few.
class Names {
public:
    Names(const Config& config, const ipvs::ServiceKey& key) : config_(config), key_(key) {}

    std::string worker(const ipvs::Destination& destination)
    {
        if (!made_) make();
        const auto text = destination.text();
        const auto found = names_.find(text);
        return found == names_.end() ? "worker " + text
                                     : fmt::format("worker {} ({})", found->second, text);
    }

private:
    void make()
    {
        made_ = true;
        for (const auto& service : config_.services) {
            if (service.service.key != key_) continue;
            const auto& pool = config_.pool_of(service);
            for (const auto& worker : pool.workers)
                names_.emplace(destination_of(service, pool, worker).text(), worker.name);
        }
    }
    const Config& config_;
    const ipvs::ServiceKey& key_;
    bool made_ = false;
    std::map<std::string, std::string> names_;
};

class Describer {
public:
    Describer(const ipvs::ServiceDifference& service, const Config& config, plan::Plan& plan)
        : service_(service), plan_(plan), section_("service " + service.key().text()),
          names_(config, service.key())
    {}

    void describe()
    {
        if (service_.kind == Kind::add) step(Operation::add, "service", one_sided(after(), true));
        if (service_.kind == Kind::set)
            step(Operation::change, "service", attributes(service_.before, after()));
        for (auto worker = service_.add.rbegin(); worker != service_.add.rend(); ++worker)
            step(Operation::add, names_.worker(*worker), one_sided(*worker, true));
        for (const auto& [from, to] : service_.set)
            step(Operation::change, names_.worker(to), attributes(from, to));
        for (const auto& worker : service_.remove)
            step(Operation::remove, names_.worker(worker), one_sided(worker, false));
        if (service_.kind == Kind::remove)
            step(Operation::remove, "service", one_sided(service_.before, false));
        if (loses_its_scheduler())
            plan_.notes.push_back({section_, "the kernel takes the old scheduler away first: for "
                                             "some milliseconds new connections are refused"});
        for (const auto& [from, to] : service_.drifted)
            plan_.notes.push_back(
                {section_, fmt::format("{}: runtime weight {}, the file says {}: left alone "
                                       "(--weights sets it)",
                                       names_.worker(to), from.weight, to.weight)});
    }

private:
    const ipvs::Service& after() const { return service_.after; }
    // ip_vs_edit_service() unbinds the old scheduler and waits for its users before it binds the
    // new one. What has had none was never served.
    bool loses_its_scheduler() const
    {
        return service_.kind == Kind::set && service_.before.scheduler != after().scheduler &&
               service_.before.scheduler != ipvs::no_scheduler;
    }
    void step(Operation operation, std::string object, std::vector<plan::Difference> differences)
    {
        plan_.steps.push_back({operation, section_, std::move(object), std::move(differences)});
    }

    const ipvs::ServiceDifference& service_;
    plan::Plan& plan_;
    std::string section_;
    Names names_;
};

} // namespace

std::string forward_text(const ipvs::Destination& destination)
{
    if (destination.forward == ipvs::Forward::tunnel) return text(destination.encap);
    return std::string(ipvs::name(destination.forward));
}

std::string persistence_text(const ipvs::Service& service)
{
    if ((service.flags & ipvs::persistent) == 0) return {};
    std::string words = fmt::format("{} s", service.timeout);
    if (service.netmask != ipvs::whole_netmask(service.key.family))
        words += service.key.family == AF_INET6 ? fmt::format(" mask {}", service.netmask)
                                                : fmt::format(" mask {:#010x}", service.netmask);
    if (!service.persistence_engine.empty()) words += " by " + service.persistence_engine;
    return words;
}

std::vector<plan::Difference> attributes(const ipvs::Destination& from, const ipvs::Destination& to)
{
    // Of an added worker every forwarding is worth a word: nothing forwards like an empty address.
    const bool fresh = from.address.family == AF_UNSPEC;
    return differing({
        {"forward", fresh ? "" : forward_text(from), forward_text(to)},
        {"weight", fresh ? "" : std::to_string(from.weight), std::to_string(to.weight)},
        {"upper threshold", unless_zero(from.upper_threshold), unless_zero(to.upper_threshold)},
        {"lower threshold", unless_zero(from.lower_threshold), unless_zero(to.lower_threshold)},
    });
}

std::vector<plan::Difference> attributes(const ipvs::Service& from, const ipvs::Service& to)
{
    const bool fresh = from.key.address.family == AF_UNSPEC;
    return differing({
        {"scheduler", fresh ? "" : from.scheduler, to.scheduler},
        {"flags", flags_text(from), flags_text(to)},
        {"persistence", persistence_text(from), persistence_text(to)},
    });
}

void describe(const ipvs::Difference& difference, const Config& config, plan::Plan& plan)
{
    for (const auto& service : difference.services)
        if (!service.empty() || !service.drifted.empty())
            Describer(service, config, plan).describe();
}

} // namespace gueway
