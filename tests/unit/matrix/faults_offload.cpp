// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/faults.h"

#include <netinet/in.h>

namespace gueway::matrix {

namespace {

Captured& whole(Scene& scene)
{
    return scene.seen.worker.front();
}
bool is_tcp(const Scene& scene)
{
    return scene.offloaded && scene.at.transport_protocol == IPPROTO_TCP;
}
bool segments_of_one_more(Scene& scene)
{
    if (scene.offloaded) ++whole(scene).offload->segment;
    return scene.offloaded;
}
bool segments_of_one_less(Scene& scene)
{
    if (scene.offloaded) --whole(scene).offload->segment;
    return scene.offloaded;
}
bool segments_of_nothing(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->segment = 0;
    return scene.offloaded;
}
bool of_the_other_family(Scene& scene)
{
    if (is_tcp(scene)) whole(scene).offload->gso_type ^= 1 ^ 4;
    return is_tcp(scene);
}
bool cwr_not_the_first_ones(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->gso_type ^= 0x80;
    return scene.offloaded;
}
bool no_gso_packet(Scene& scene)
{
    if (!scene.offloaded) return false;
    whole(scene).offload->gso_type = 0;
    whole(scene).offload->segment = 0;
    return true;
}
bool checksum_starts_elsewhere(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->checksum_start += 2;
    return scene.offloaded;
}
bool checksum_starts_at_the_tunnel(Scene& scene)
{
    if (scene.offloaded)
        whole(scene).offload->checksum_start = static_cast<uint16_t>(scene.at.tunnel);
    return scene.offloaded;
}
bool checksum_goes_elsewhere(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->checksum_offset ^= 2;
    return scene.offloaded;
}
bool checksum_not_pending(Scene& scene)
{
    if (!scene.offloaded) return false;
    whole(scene).offload->flags = 0;
    whole(scene).checksum_pending = false;
    return true;
}
bool offload_not_told(Scene& scene)
{
    if (!is_tcp(scene)) return false;
    whole(scene).offload.reset();
    whole(scene).untold = true;
    return true;
}
// Where the kernel has no words, which is no fault, what it says beside them is.
bool untold_and_not_pending(Scene& scene)
{
    if (!scene.offloaded || is_tcp(scene)) return false;
    whole(scene).offload.reset();
    whole(scene).untold = true;
    whole(scene).checksum_pending = false;
    return true;
}
// A kernel that has words for it does not use them.
bool untold_though_there_are_words(Scene& scene)
{
    if (!scene.offloaded || is_tcp(scene)) return false;
    scene.seen.tells_udp_gso = true;
    whole(scene).offload.reset();
    whole(scene).untold = true;
    return true;
}
// The notes say nothing of what is pending.
bool pending_and_not_told(Scene& scene)
{
    if (scene.offloaded) whole(scene).offload->flags = 0;
    return scene.offloaded;
}
// A device would write a checksum into a tunnel's header that has none.
bool pending_of_the_tunnel(Scene& scene)
{
    if (!scene.whole() || scene.at.udp_summed || scene.at.gre_summed) return false;
    auto& frame = scene.seen.worker.front();
    if (!frame.offload) return false;
    frame.checksum_pending = true;
    frame.offload->flags = 1;
    frame.offload->checksum_start = static_cast<uint16_t>(scene.at.tunnel);
    frame.offload->checksum_offset = 6;
    return true;
}
bool pending(Scene& scene, size_t fragment)
{
    if (!scene.fragments) return false;
    auto& frame = scene.seen.worker.at(fragment);
    if (frame.checksum_pending) return false;
    frame.checksum_pending = true;
    return true;
}
bool first_fragment_pending(Scene& scene)
{
    return pending(scene, 0);
}
bool last_fragment_pending(Scene& scene)
{
    return scene.fragments && pending(scene, scene.seen.worker.size() - 1);
}

} // namespace

std::vector<Fault> offload_faults()
{
    return {
        {"segments_of_one_more", segments_of_one_more, {"segments of"}},
        {"segments_of_one_less", segments_of_one_less, {"segments of"}},
        {"segments_of_nothing", segments_of_nothing, {"no segments"}},
        {"of_the_other_family", of_the_other_family, {"GSO type"}},
        {"cwr_not_the_first_ones", cwr_not_the_first_ones, {"GSO type"}},
        {"no_gso_packet", no_gso_packet, {"on the wire"}},
        {"checksum_starts_elsewhere", checksum_starts_elsewhere, {"pending at"}},
        {"checksum_starts_at_the_tunnel", checksum_starts_at_the_tunnel, {"checksum", "pending"}},
        {"checksum_goes_elsewhere", checksum_goes_elsewhere, {"checksum goes to"}},
        {"checksum_not_pending", checksum_not_pending, {"not pending"}},
        {"offload_not_told", offload_not_told, {"no words"}},
        {"untold_and_not_pending", untold_and_not_pending, {"not pending"}},
        {"untold_though_there_are_words", untold_though_there_are_words, {"no words"}},
        {"pending_and_not_told", pending_and_not_told, {"not told what is pending"}},
        {"pending_of_the_tunnel", pending_of_the_tunnel, {"no header has one"}},
        {"first_fragment_pending", first_fragment_pending, {"still pending"}},
        {"last_fragment_pending", last_fragment_pending, {"still pending"}},
    };
}

} // namespace gueway::matrix
