// SPDX-License-Identifier: GPL-2.0-only
#include "director/director_plan.h"

#include "director/describe.h"
#include "director/wanted.h"
#include "util/text.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace gueway {

namespace {

using Kind = ipvs::ServiceDifference::Kind;
using plan::Operation;

// Sections of the plan that are no service's.
constexpr const char *modules_section = "modules", *sysctls_section = "sysctls",
                     *left_section = "not in the file";

template <class T>
bool contains(const std::vector<T>& all, const T& one)
{
    return std::ranges::find(all, one) != all.end();
}

// The kernel separates the numbers of one setting by tabs.
std::string single_spaced(std::string_view text)
{
    const auto parts = words(text);
    return join({parts.begin(), parts.end()}, " ");
}

class Planner {
public:
    Planner(const Config& config, const State& state, const PlanOptions& options)
        : config_(config), state_(state), options_(options), vips_(wanted_vips(config))
    {}

    Result<DirectorPlan> plan()
    {
        plan_.services =
            ipvs::difference(wanted_services(config_), state_.services,
                             {.remove_services = options_.prune, .weights = options_.weights});
        find_left();
        TRY(fou_interfaces());
        modules();
        sysctls();
        for (const auto& step : plan_.fou_interfaces)
            if (step.operation != Operation::remove) plan_.shown.steps.push_back(step.shown());
        describe(plan_.services, config_, plan_.shown);
        vips();
        for (const auto& step : plan_.fou_interfaces)
            if (step.operation == Operation::remove) plan_.shown.steps.push_back(step.shown());
        for (const auto* each : left_)
            note(left_section,
                 fmt::format("service {} with {} workers: left alone (--prune removes "
                             "it)",
                             each->service.key.text(), each->destinations.size()));
        return std::move(plan_);
    }

private:
    void step(Operation operation, const std::string& section, std::string object,
              std::vector<plan::Difference> differences = {})
    {
        plan_.shown.steps.push_back(
            {operation, section, std::move(object), std::move(differences)});
    }
    void note(const std::string& section, std::string text)
    {
        plan_.shown.notes.push_back({section, std::move(text)});
    }

    // Services that the file does not have and that stay.
    void find_left()
    {
        if (options_.prune) return;
        std::set<ipvs::ServiceKey> wanted;
        for (const auto& each : config_.services) wanted.insert(each.service.key);
        for (const auto& each : state_.services)
            if (!wanted.contains(each.service.key)) left_.push_back(&each);
    }

    bool needed_by_left(const Address& private_address) const
    {
        return std::ranges::any_of(left_, [&](const ipvs::ServiceState* service) {
            return std::ranges::any_of(service->destinations, [&](const auto& worker) {
                return worker.address == private_address;
            });
        });
    }

    // An address behind which a service that stays has a worker, stays too, unless the file gives
    // it to another worker; and a device with one does.
    void keep_what_is_left(std::vector<FouInterface>& wanted)
    {
        const auto given = [&](const Address& address) {
            return std::ranges::any_of(wanted, [&](const FouInterface& each) {
                return contains(each.private_addresses, address);
            });
        };
        for (const auto& present : state_.fou_interfaces) {
            const auto& name = present.device.name;
            const auto at = std::ranges::find(
                wanted, name, [](const FouInterface& each) { return each.device.name; });
            const bool goes = at == wanted.end();
            for (const auto& address : present.private_addresses) {
                if (!needed_by_left(address) || given(address)) continue;
                note("FOU interfaces",
                     fmt::format("{}: a service that is not in the file uses {}: left alone", name,
                                 goes ? "it" : address.text()));
                if (goes) {
                    wanted.push_back(present);
                    break;
                }
                at->private_addresses.push_back(address);
                std::ranges::sort(at->private_addresses, {}, &Address::bytes);
            }
        }
    }

    Result<void> fou_interfaces()
    {
        auto wanted = TRY(wanted_fou_interfaces(config_));
        keep_what_is_left(wanted);
        plan_.fou_interfaces = fou_interface_steps(wanted, state_.fou_interfaces);
        return {};
    }

    // Only for what is to be made: what is there has its modules, or the kernel has them built in.
    void modules()
    {
        std::vector<std::string> needed;
        for (const auto& service : plan_.services.services)
            if (service.kind == Kind::add || service.kind == Kind::set)
                needed.push_back(scheduler_module(service.after.scheduler));
        std::vector<FouInterface> interfaces;
        for (const auto& step : plan_.fou_interfaces)
            if (step.operation != Operation::remove) interfaces.push_back(step.wanted);
        std::ranges::copy(fou_interface_modules(interfaces), std::back_inserter(needed));
        for (const auto& name : state_.missing_modules) {
            if (!contains(needed, name)) continue;
            plan_.modules.push_back(name);
            step(Operation::add, modules_section, name);
        }
    }

    void sysctls()
    {
        for (size_t i = 0; i < config_.sysctls.size(); ++i) {
            const auto& wanted = config_.sysctls[i];
            const auto from = single_spaced(state_.sysctls.at(i)), to = single_spaced(wanted.value);
            if (from == to) continue;
            plan_.sysctls.push_back({wanted.name, from, to});
            step(Operation::change, sysctls_section, wanted.name, {{"value", from, to}});
        }
    }

    std::string vip_section() const { return "VIPs on " + config_.vip_device; }

    // What of the device's addresses is to go: VIPs of services that this plan removes. Any other
    // may be a firewall mark's, or another program's.
    bool is_stale(const Prefix& address) const
    {
        if (!address.single() || contains(vips_, address)) return false;
        return std::ranges::any_of(plan_.services.services, [&](const auto& service) {
            return service.kind == Kind::remove && service.key().address == address.address;
        });
    }

    void vips()
    {
        if (config_.vip_device.empty()) return;
        plan_.vip_device = config_.vip_device;
        static const VipDevice none;
        const auto& present = state_.vip_device ? *state_.vip_device : none;
        plan_.add_vip_device = !state_.vip_device;
        plan_.set_up = !present.up;
        if (plan_.add_vip_device)
            step(Operation::add, vip_section(), "dummy device " + config_.vip_device);
        else if (plan_.set_up)
            step(Operation::change, vip_section(), "device " + config_.vip_device,
                 {{"state", "down", "up"}});
        for (const auto& vip : vips_) {
            if (contains(present.addresses, vip)) continue;
            plan_.add_vips.push_back(vip);
            step(Operation::add, vip_section(), vip.text());
        }
        for (const auto& address : present.addresses) {
            if (!is_stale(address)) continue;
            plan_.remove_vips.push_back(address);
            step(Operation::remove, vip_section(), address.text());
        }
    }

    const Config& config_;
    const State& state_;
    const PlanOptions& options_;
    std::vector<Prefix> vips_;
    std::vector<const ipvs::ServiceState*> left_;
    DirectorPlan plan_;
};

} // namespace

Result<DirectorPlan> make_plan(const Config& config, const State& state, const PlanOptions& options)
{
    return Planner(config, state, options).plan();
}

} // namespace gueway
