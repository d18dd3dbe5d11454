// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/mend.h"

#include "tests/unit/matrix/octets.h"

#include <algorithm>
#include <span>

#include <netinet/in.h>

namespace gueway::matrix {

using namespace rfc;

size_t sum_offset(const Layout& at)
{
    return at.transport_protocol == IPPROTO_UDP ? 6 : 16;
}

void mend_ip(Octets& frame, size_t at)
{
    set16(frame, at + 10, 0);
    set16(frame, at + 10, complement(pairs(std::span(frame).subspan(at, 20))));
}

void mend_inner(const Layout& at, Octets& frame)
{
    if (at.inner_family == AF_INET) mend_ip(frame, at.inner);
    const auto pseudo = pseudo_header(frame, at.inner, at.inner_family, at.transport_protocol,
                                      frame.size() - at.transport);
    const size_t field = at.transport + sum_offset(at);
    if (at.transport_protocol == IPPROTO_SCTP) {
        std::fill_n(frame.begin() + static_cast<ptrdiff_t>(at.transport) + 8, 4, 0);
        const auto sum = crc(from(frame, at.transport));
        for (size_t i = 0; i < 4; ++i)
            frame[at.transport + 8 + i] = static_cast<uint8_t>(sum >> (8 * i));
    } else if (at.remote) {
        set16(frame, field, folded(pseudo));
    } else {
        set16(frame, field, 0);
        const auto sum = complement(pseudo + pairs(from(frame, at.transport)));
        set16(frame, field, at.transport_protocol == IPPROTO_UDP ? never_zero(sum) : sum);
    }
}

void mend_tunnel(const Layout& at, Octets& frame)
{
    if (at.gre_summed) {
        set16(frame, at.tunnel + 4, 0);
        set16(frame, at.tunnel + 4, complement(pairs(from(frame, at.tunnel))));
    }
    if (at.udp_summed) {
        set16(frame, at.tunnel + 6, 0);
        const auto around =
            pseudo_header(frame, at.outer, at.outer_family, IPPROTO_UDP, frame.size() - at.tunnel);
        set16(frame, at.tunnel + 6, never_zero(complement(around + pairs(from(frame, at.tunnel)))));
    }
    if (at.outer_family == AF_INET) mend_ip(frame, at.outer);
}

void mend(const Layout& at, Octets& frame)
{
    mend_inner(at, frame);
    mend_tunnel(at, frame);
}

} // namespace gueway::matrix
