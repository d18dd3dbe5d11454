// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/struck.h"

namespace gueway::matrix {

namespace {

// Each bug with and without the wire, and from the director itself where a client's veth may not
// carry it (rules.h, Abilities).
constexpr Struck table[] = {
    {"inner-mac", "gue/in4/out4/tcp-gso/fits/software"},
    {"inner-mac", "gre/in4/out4/tcp-gso/fits/software"},
    {"inner-mac", "gue/in4/out4/tcp-gso/fits/wire"},
    {"inner-mac", "gre/in4/out4/tcp-gso/fits/wire"},
    {"gso-mtu", "gue/in4/out4/tcp-gso/more-1/whole"},
    {"gso-mtu", "gue/in4/out4/tcp-gso/more-1/wire"},
    {"N1", "gue-remcsum/in4/out4/tcp-gso/fits/whole"},
    {"N1", "gue-remcsum/in4/out4/tcp-gso/fits/software"},
    {"C1", "ipip/in4/out4/udp-gso/more-8/software/m1500/tso/vlan-none/no-df"},
    {"C1", "ipip/in4/out4/udp-gso/more-8/software/m1500/tso/vlan-none/no-df/director"},
    {"C1", "gue/in4/out6/udp-gso/more-8/wire/m1500/gro/vlan-none/no-df"},
    {"C4", "ipip/in6/out4/udp/more-1/whole/least-less-1"},
    {"C4", "gue/in6/out4/udp/more-1/whole/least-less-1"},
    {"C4", "gue-remcsum/in6/out4/udp/more-1/whole/least-less-1"},
    {"C4", "gre/in6/out4/udp/more-1/whole/least-less-1"},
    {"C4", "gue/in6/out4/tcp-gso/more-1/software/least-less-1"},
    {"C4", "gue/in6/out4/tcp-gso/more-1/wire/least-less-1"},
    {"partial-sum", "gre-csum/in4/out6/udp-gso/two/wire"},
    {"partial-sum", "gre-csum/in4/out4/udp-gso/fits/wire/m1500/tso/vlan-none/df/director"},
    {"partial-sum", "gre-csum/in4/out4/udp-gso/k-more-1/wire/m1500/gro"},
    {"list-ttl", "gue/in4/out4/udp-gso/fits/software/m1500/gro-list"},
    {"list-ttl", "gue/in4/out4/tcp-gso/fits/software/m1500/gro-list"},
    {"list-sum", "gue/in4/out4/udp-gso/fits/whole/m1500/gro-list"},
    {"list-sum", "gue/in4/out4/tcp-gso/fits/whole/m1500/gro-list"},
    {"list-offload", "gue/in4/out4/udp-gso/fits/whole/m1500/gro-list"},
    {"list-offload", "fou/in4/out4/udp-gso/fits/software/m1500/gro-list"},
    {"atomic-fragment", "gue/in4/out6/tcp-gso/more-1/whole/m1500/tso/vlan-none/no-df"},
    {"atomic-fragment", "gue/in4/out6/tcp-gso/more-1/wire/m1500/tso/vlan-none/no-df"},
};

} // namespace

std::span<const Struck> struck_cells()
{
    return table;
}

} // namespace gueway::matrix
