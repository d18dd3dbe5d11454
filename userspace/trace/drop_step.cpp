// SPDX-License-Identifier: GPL-2.0-only
#include "trace/drop_step.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace gueway {

Step drop_step(const drop_event& event, const DropNames& names)
{
    const std::span bytes(event.snap, std::min<size_t>(event.snapped, DROP_SNAP));
    Step step{.kind = StepKind::dropped, .time = event.time, .cpu = event.cpu};
    step.place = names.place(event.key.location);
    step.reason = names.reason(event.key.reason);
    step.harmless = harmless_free(*step.place, step.reason, event.key.unwrapped);
    step.netns_number = event.netns;
    if (event.netns) step.netns = names.netns(event.netns);
    step.device = {event.device,
                   {event.device_name, ::strnlen(event.device_name, DROP_DEVICE_NAME)},
                   event.device_mtu};
    step.protocol = event.key.protocol;
    step.layers = parse_layers(event.key.protocol, bytes);
    step.length = event.length;
    step.gso = {event.gso_type, event.gso_size, event.gso_segs};
    step.encapsulation = event.encapsulation != 0;
    step.headers = header_offsets(event.mac, event.network, event.transport);
    step.inner = header_offsets(event.inner_mac, event.inner_network, event.inner_transport);
    step.bytes.assign(bytes.begin(), bytes.end());
    return step;
}

} // namespace gueway
