// SPDX-License-Identifier: GPL-2.0-only
#include "mitigate/ingress.h"

#include "link/device.h"
#include "util/deadline.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include <fmt/format.h>
#include <linux/pkt_cls.h>

namespace gueway::mitigate {

namespace {

using netlink::Bytes;

constexpr auto families = {AF_INET, AF_INET6};

std::string object(const Namespace& where, const std::string& device)
{
    return where.rtnl().object("device " + device);
}

// A message about a device, for errors.
class Talk {
public:
    Talk(const Namespace& where, const std::string& device)
        : rtnl_(where.rtnl()), object_(object(where, device))
    {}
    Result<void> operator()(const netlink::Message& message, const std::string& operation) const
    {
        return rtnl_.talk(message, object_, operation);
    }

private:
    const Rtnl& rtnl_;
    std::string object_;
};

std::string text(const Filter& filter)
{
    return fmt::format("{} filter of preference {}", filter.kind, filter.preference);
}

// The kernel shows a classifier itself with handle 0, and its root table with the node and the
// bucket 0.
bool belongs(const Filter& filter, int family)
{
    return filter.kind == "u32" &&
           (TC_U32_KEY(filter.handle) == 0 || filter.rule || filter.link == table(family));
}

Result<void> take_in(Ingress& ingress, const std::string& who, Filter filter)
{
    for (const int family : families) {
        if (filter.preference != preference(family)) continue;
        if (!belongs(filter, family))
            return Error{who, "read filters", EBUSY,
                         text(filter) + " is not of directorctl mitigate",
                         "give that filter another preference"};
        auto& mine = ingress.families[family == AF_INET6 ? 1 : 0];
        mine.classifier = true;
        if (filter.handle == table(family)) mine.table = true;
        if (filter.link == table(family)) mine.link = filter.handle;
        if (filter.rule) ingress.rules.push_back(*filter.rule);
        return {};
    }
    ++ingress.others;
    return {};
}

Result<void> read_filters(const Namespace& where, Ingress& ingress, bool egress)
{
    const auto who = object(where, ingress.device);
    return where.rtnl().dump(list_filters(ingress.index, egress), who, "list filters",
                             [&](Bytes message) -> Result<void> {
                                 auto filter = TRY(parse_filter(message));
                                 if (!egress) return take_in(ingress, who, std::move(filter));
                                 ++ingress.others;
                                 return {};
                             });
}

Result<Ingress> look_once(const Namespace& where, const std::string& name)
{
    Ingress ingress{.device = name, .index = TRY(device(where, name)).index};
    std::string kind;
    TRY(where.rtnl().dump(list_qdiscs(), object(where, name), "list qdiscs",
                          [&](Bytes message) -> Result<void> {
                              if (auto found = parse_ingress_qdisc(message, ingress.index))
                                  kind = std::move(*found);
                              return {};
                          }));
    ingress.qdisc = !kind.empty();
    if (ingress.qdisc) TRY(read_filters(where, ingress, false));
    if (kind == "clsact") TRY(read_filters(where, ingress, true));
    return ingress;
}

// The first place that no rule of the bucket has.
uint16_t free_node(const Ingress& ingress, Rule rule)
{
    std::set<uint32_t> taken;
    for (const auto& each : ingress.rules) taken.insert(each.handle());
    for (rule.node = 1; taken.contains(rule.handle()); ++rule.node) {
    }
    return rule.node;
}

Result<void> add_vip(const Talk& talk, Ingress& ingress, const Address& vip, bool owns_qdisc)
{
    auto& family = ingress.families[vip.family == AF_INET6 ? 1 : 0];
    Rule rule{.vip = vip, .owns_qdisc = owns_qdisc};
    // Never behind a link: there it would be met last.
    if (!family.classifier) {
        rule.root = Rule::root_table;
    } else {
        if (!family.table)
            TRY(talk(add_table(ingress.index, vip.family), "add a table of filters"));
        family.table = true;
        rule.node = free_node(ingress, rule);
    }
    family.classifier = true;
    TRY(talk(add_rule(ingress.index, rule), "add a filter for " + vip.text()));
    ingress.rules.push_back(rule);
    return {};
}

Result<void> add_all(const Talk& talk, Ingress& ingress, const std::vector<Address>& vips)
{
    const bool owns = ingress.qdisc ? ingress.owns_qdisc() : true;
    if (!ingress.qdisc) TRY(talk(add_qdisc(ingress.index), "add qdisc clsact"));
    for (const auto& vip : vips) TRY(add_vip(talk, ingress, vip, owns));
    // Last: with it packets come to the table's rules, to all of them at once.
    for (const int family : families)
        if (ingress.of(family).table && ingress.of(family).link == 0)
            TRY(talk(add_link(ingress.index, family), "add the filter that leads to the table"));
    return {};
}

// A table that packets no longer reach. The kernel lets go of what led there when it finds the time
// (net/sched/cls_u32.c, u32_delete_key), until when the table is in use.
Result<void> remove_table(const Talk& talk, const Ingress& ingress, int family)
{
    const auto remove_now = [&]() -> Result<bool> {
        auto done = talk(remove_filter(ingress.index, family, table(family)),
                         "remove the table of filters");
        if (!done && done.error().code == EBUSY) return false;
        if (!done) return std::move(done).error();
        return true;
    };
    return wait_until(Deadline::after(std::chrono::seconds(10)), "device " + ingress.device,
                      "the kernel to let go of its filters", remove_now);
}

Result<void> remove_family(const Talk& talk, const Ingress& ingress, int family)
{
    const auto& there = ingress.of(family);
    if (!there.classifier) return {};
    if (there.link)
        TRY(talk(remove_filter(ingress.index, family, there.link),
                 "remove the filter that leads to the table"));
    if (there.table) TRY(remove_table(talk, ingress, family));
    // Where no other u32 filter is left on the qdisc, it has gone with its last table.
    auto gone = talk(remove_filter(ingress.index, family, 0), "remove the classifier");
    if (!gone && gone.error().code == ENOENT) return {};
    return gone;
}

bool contains(const std::vector<Address>& vips, const Address& vip)
{
    return std::ranges::find(vips, vip) != vips.end();
}

// `without` these VIPs.
Result<void> take_out(const Talk& talk, const Ingress& ingress, const std::vector<Address>& vips)
{
    for (const int family : families) {
        const bool empty = std::ranges::none_of(ingress.rules, [&](const Rule& rule) {
            return rule.vip.family == family && !contains(vips, rule.vip);
        });
        if (empty) {
            TRY(remove_family(talk, ingress, family));
            continue;
        }
        for (const auto& rule : ingress.rules)
            if (rule.vip.family == family && contains(vips, rule.vip))
                TRY(talk(remove_filter(ingress.index, family, rule.handle()),
                         "remove the filter for " + rule.vip.text()));
    }
    return {};
}

// `made_it`: with rules that are gone.
Result<void> remove_qdisc_if_idle(const Namespace& where, const std::string& device, bool made_it)
{
    const auto now = TRY(look_at(where, device));
    if (!made_it || !now.qdisc || now.others || !now.rules.empty()) return {};
    return Talk(where, device)(remove_qdisc(now.index), "remove qdisc clsact");
}

// After a failure: as it was before, but for what somebody else has added meanwhile. What cannot be
// taken back now stays for `off`.
void undo(const Namespace& where, const Ingress& before, const std::vector<Address>& added)
{
    const auto now = look_at(where, before.device);
    if (!now) return;
    std::ignore = take_out(Talk(where, before.device), *now, added);
    std::ignore = remove_qdisc_if_idle(where, before.device, !before.qdisc);
}

bool has_rule(const Ingress& ingress, const Address& vip)
{
    return std::ranges::find(ingress.rules, vip, &Rule::vip) != ingress.rules.end();
}

bool reached(const Ingress& ingress, const Rule& rule)
{
    return rule.root != 0 || ingress.of(rule.vip.family).link != 0;
}

} // namespace

bool Ingress::has(const Address& vip) const
{
    return std::ranges::any_of(
        rules, [&](const Rule& rule) { return rule.vip == vip && reached(*this, rule); });
}

bool Ingress::in_force() const
{
    return std::ranges::any_of(rules, [&](const Rule& rule) { return reached(*this, rule); });
}

bool Ingress::leftovers() const
{
    const auto any = [&](int family, bool of_reached) {
        return std::ranges::any_of(rules, [&](const Rule& rule) {
            return rule.vip.family == family && reached(*this, rule) == of_reached;
        });
    };
    return std::ranges::any_of(gueway::mitigate::families, [&](int family) {
        return of(family).classifier && (any(family, false) || !any(family, true));
    });
}

bool Ingress::empty() const
{
    return !in_force() && !leftovers();
}

bool Ingress::owns_qdisc() const
{
    return std::ranges::any_of(rules, &Rule::owns_qdisc);
}

Result<Ingress> look_at(const Namespace& where, const std::string& device)
{
    return read_whole([&] { return look_once(where, device); });
}

Result<std::vector<Address>> add(const Namespace& where, const std::string& device,
                                 const std::vector<Address>& vips)
{
    const auto before = TRY(look_at(where, device));
    std::vector<Address> missing, without_rule;
    for (const auto& vip : vips) {
        if (before.has(vip) || contains(missing, vip)) continue;
        missing.push_back(vip);
        if (!has_rule(before, vip)) without_rule.push_back(vip);
    }
    if (missing.empty()) return missing;
    auto now = before;
    auto done = add_all(Talk(where, device), now, without_rule);
    if (done) return missing;
    std::erase_if(without_rule, [&](const Address& vip) { return !has_rule(now, vip); });
    undo(where, before, without_rule);
    return std::move(done).error();
}

Result<std::vector<Address>> remove(const Namespace& where, const std::string& device,
                                    const std::vector<Address>& vips)
{
    const auto before = TRY(look_at(where, device));
    std::vector<Address> there;
    for (const auto& vip : vips)
        if (has_rule(before, vip)) there.push_back(vip);
    TRY(take_out(Talk(where, device), before, there));
    TRY(remove_qdisc_if_idle(where, device, before.owns_qdisc()));
    return there;
}

} // namespace gueway::mitigate
