// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/rules.h"

#include "matrix/places.h"
#include "util/text.h"

#include <bit>
#include <utility>

namespace gueway::matrix {

namespace {

bool is_least(Mtu mtu)
{
    return mtu == Mtu::least_less_1 || mtu == Mtu::least || mtu == Mtu::least_more_1;
}

bool only_of_gso(const Cell& c)
{
    return c.size >= Size::k_less_1 && !is_gso(c.l4);
}

bool small_of_gso(const Cell& c)
{
    return c.size == Size::small && is_gso(c.l4);
}

bool too_long(const Cell& c)
{
    return c.size == Size::many && c.mtu == Mtu::m9000;
}

bool gso_as_it_is(const Cell& c)
{
    return is_gso(c.l4) == (c.ingress == Ingress::plain);
}

// The MTUs and all headers but the least MTU's neighbours are whole words.
bool half_a_word(const Cell& c)
{
    if (c.l4 != L4::sctp) return false;
    const bool whole_size =
        c.size == Size::fits || c.size == Size::more_4 || c.size == Size::more_8;
    const bool whole_mtu = c.mtu != Mtu::least_less_1 && c.mtu != Mtu::least_more_1;
    return c.size != Size::small && !(whole_size && whole_mtu);
}

bool fragmentable_ipv6(const Cell& c)
{
    return c.inner == Family::v6 && c.fragmenting == Fragmenting::no_df;
}

bool far_from_least(const Cell& c)
{
    return is_least(c.mtu) && c.size != Size::less_1 && c.size != Size::fits &&
           c.size != Size::more_1;
}

bool not_a_socket(const Cell& c)
{
    return c.origin == Origin::director && c.l4 != L4::udp && c.l4 != L4::udp_gso;
}

bool socket_has_no_way_in(const Cell& c)
{
    return c.origin == Origin::director && (c.vlan != Vlan::none || through_gro(c));
}

// Not on whether a checksum is pending, which only moves a least MTU of remote checksums, and that
// is long enough either way.
bool no_such_way(const Cell& c)
{
    return !exists(path(c), shipment(c).family);
}

constexpr AxisSet l4_size = bit(Axis::l4) | bit(Axis::size);

constexpr std::array table = {
    Rule{"events", "what happens beside a packet is in the cells that are named for it",
         bit(Axis::event), [](const Cell& c) { return c.event != Event::none; }},
    Rule{"gso-sizes", "several segments in one packet are GSO", l4_size, only_of_gso},
    Rule{"gso-small", "what fits into a segment is not GSO", l4_size, small_of_gso},
    Rule{"too-long", "40 segments of 9000 bytes are more than an IP packet holds",
         bit(Axis::size) | bit(Axis::mtu), too_long},
    Rule{"gso-ingress", "GSO packets come as TSO or GRO makes them, the others as they are",
         bit(Axis::l4) | bit(Axis::ingress), gso_as_it_is},
    Rule{"sctp-words", "SCTP packets are whole words: RFC 9260, section 3.2",
         static_cast<AxisSet>(l4_size | bit(Axis::mtu)), half_a_word},
    Rule{"ipv6-df", "IPv6 has no bit that allows routers to fragment",
         bit(Axis::inner) | bit(Axis::fragmenting), fragmentable_ipv6},
    Rule{"least-sizes", "the least MTUs are about what fits and what just does not",
         bit(Axis::size) | bit(Axis::mtu), far_from_least},
    Rule{"no-such-way", "no device carries IPv6 with less than 1280 bytes: RFC 8200, section 5",
         static_cast<AxisSet>(bit(Axis::tunnel) | bit(Axis::inner) | bit(Axis::outer) |
                              bit(Axis::mtu)),
         no_such_way},
    Rule{"director-udp", "what the director itself sends comes from a UDP socket",
         bit(Axis::l4) | bit(Axis::origin), not_a_socket},
    Rule{"director-ingress", "what the director itself sends comes in through no device",
         static_cast<AxisSet>(bit(Axis::ingress) | bit(Axis::vlan) | bit(Axis::origin)),
         socket_has_no_way_in},
};

// By a NIC's receiving side it would come as one, but there is none without the module.
bool cut_by_veth(const Cell& c)
{
    return c.l4 == L4::udp_gso && (c.underlay == Underlay::whole ||
                                   (c.ingress == Ingress::tso && c.origin == Origin::remote));
}

constexpr Rule no_udp_gso = {
    "veth-cuts-udp",
    "before Linux 5.11 veth cuts UDP_SEGMENT packets itself, a client's and an underlay that is to "
    "take them whole; or --no-udp-gso was given",
    bit(Axis::l4) | bit(Axis::underlay) | bit(Axis::ingress) | bit(Axis::origin), cut_by_veth};

bool list_of_tcp(const Cell& c)
{
    return c.l4 == L4::tcp_gso && c.ingress == Ingress::gro_list;
}

constexpr Rule no_tcp_lists = {"gro-list-udp",
                               "before Linux 6.10 lists are of UDP segments only; or "
                               "--no-tcp-lists was given",
                               bit(Axis::l4) | bit(Axis::ingress), list_of_tcp};

constexpr Rule no_wire = {"no-module",
                          "no module of the wire can be built for this kernel, or its GRO makes no "
                          "UDP_SEGMENT packets of what is forwarded (before Linux 5.12); or "
                          "--no-wire was given",
                          bit(Axis::underlay) | bit(Axis::ingress), needs_wires};

constexpr Rule no_sctp = {
    "no-sctp",
    "the kernel has no module sctp, whose counters tell what the worker took, "
    "or IPVS without CONFIG_IP_VS_PROTO_SCTP; or --no-sctp was given",
    bit(Axis::l4), [](const Cell& c) { return c.l4 == L4::sctp; }};

// Sets one axis after the other; a rule is asked as soon as all that it looks at is set.
class Enumerator {
public:
    Enumerator(const std::vector<Rule>& rules, const std::function<void(const Cell&)>& visit)
        : visit_(visit)
    {
        for (size_t axis = axis_count; axis-- > 0;)
            below_[axis] = below_[axis + 1] * value_names(static_cast<Axis>(axis)).size();
        for (const auto& rule : rules)
            asked_[static_cast<size_t>(std::bit_width(rule.axes)) - 1].push_back(&rule);
    }

    Enumeration run()
    {
        found_.combinations = below_[0];
        from(0);
        return std::move(found_);
    }

private:
    const Rule* excluded(size_t axis) const
    {
        const auto cell = cell_of(values_);
        for (const auto* rule : asked_[axis])
            if (rule->excludes(cell)) return rule;
        return nullptr;
    }

    void from(size_t axis) // NOLINT(misc-no-recursion): as deep as there are axes
    {
        if (axis == axis_count) {
            ++found_.cells;
            if (visit_) visit_(cell_of(values_));
            return;
        }
        const auto count = value_names(static_cast<Axis>(axis)).size();
        for (size_t value = 0; value < count; ++value) {
            values_[axis] = static_cast<uint8_t>(value);
            if (const auto* rule = excluded(axis))
                found_.excluded[std::string(rule->name)] += below_[axis + 1];
            else
                from(axis + 1);
        }
    }

    const std::function<void(const Cell&)>& visit_;
    std::array<std::vector<const Rule*>, axis_count> asked_;
    std::array<uint64_t, axis_count + 1> below_ = [] {
        std::array<uint64_t, axis_count + 1> one{};
        one.back() = 1;
        return one;
    }();
    Values values_{};
    Enumeration found_;
};

using Version = std::pair<unsigned, unsigned>;

// One that says no version is taken for new.
bool is_since(std::string_view release, Version first)
{
    const auto parts = split(release, '.');
    const auto digits = [](std::string_view part) {
        return parse_number<unsigned>(part.substr(0, part.find_first_not_of("0123456789")));
    };
    if (parts.size() < 2) return true;
    const auto major = digits(parts[0]), minor = digits(parts[1]);
    if (!major || !minor) return true;
    return Version(*major, *minor) >= first;
}

} // namespace

bool veth_takes_udp_gso(std::string_view release)
{
    return is_since(release, {5, 11});
}

bool gro_forwards_udp(std::string_view release)
{
    return is_since(release, {5, 12});
}

bool gro_lists_tcp(std::string_view release)
{
    return is_since(release, {6, 10});
}

bool tells_udp_gso(std::string_view release)
{
    return is_since(release, {6, 2});
}

Abilities abilities_of_release(std::string_view release, bool module)
{
    return {.wire = module && gro_forwards_udp(release),
            .udp_gso = veth_takes_udp_gso(release),
            .tcp_lists = gro_lists_tcp(release)};
}

std::vector<Rule> rules(const Abilities& abilities)
{
    std::vector<Rule> found;
    if (!abilities.wire) found.push_back(no_wire);
    if (!abilities.udp_gso) found.push_back(no_udp_gso);
    if (!abilities.tcp_lists) found.push_back(no_tcp_lists);
    if (!abilities.sctp) found.push_back(no_sctp);
    found.insert(found.end(), table.begin(), table.end());
    return found;
}

std::vector<Rule> rules_of_abilities()
{
    return {no_wire, no_udp_gso, no_tcp_lists, no_sctp};
}

const Rule* excluding(const std::vector<Rule>& rules, const Cell& cell)
{
    for (const auto& rule : rules)
        if (rule.excludes(cell)) return &rule;
    return nullptr;
}

Enumeration enumerate(const std::vector<Rule>& rules, const std::function<void(const Cell&)>& visit)
{
    return Enumerator(rules, visit).run();
}

} // namespace gueway::matrix
