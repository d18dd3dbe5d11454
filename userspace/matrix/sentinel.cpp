// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/sentinel.h"

#include "matrix/axes.h"
#include "matrix/events.h"
#include "matrix/places.h"

namespace gueway::matrix {

namespace {

// One whose underlay is as long as that in front of a router; the cell's own when there is none.
Mtu in_front_of_router(const Cell& cell)
{
    Cell other = cell;
    for (uint8_t mtu = 0; mtu < value_names(Axis::mtu).size(); ++mtu) {
        other.mtu = static_cast<Mtu>(mtu);
        if (path(other).mtu == wider(path(cell).mtu)) return other.mtu;
    }
    return cell.mtu;
}

// Whatever its length: IPVS's own tunnels drop all where they leave less than 1280 bytes over IPv6.
bool nothing_comes_through(const Cell& cell)
{
    return expect(path(cell), shipment(cell)).fate == Fate::dropped;
}

Cell smallest(const Cell& cell)
{
    Cell made = cell;
    made.l4 = L4::udp;
    made.size = Size::small;
    if (!through_gro(cell)) made.ingress = Ingress::plain;
    if (cell.event == Event::router) made.mtu = in_front_of_router(cell);
    made.event = Event::none;
    if (nothing_comes_through(made)) made.mtu = Mtu::least;
    return made;
}

} // namespace

std::vector<Cell> sentinels(const Cell& cell)
{
    const Cell small = smallest(cell);
    Cell fits = small;
    fits.size = Size::fits;
    return {small, fits};
}

bool same_way(const Cell& one, const Cell& other)
{
    return smallest(one) == smallest(other);
}

} // namespace gueway::matrix
