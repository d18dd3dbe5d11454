// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segmentation as the hardware does it, from offsets and sizes that the driver gives.
 *
 * Whole (TCP, and TCP in VXLAN or GENEVE without an outer checksum): every length and checksum of
 * every header is made for each frame.
 *
 * Partial (Documentation/networking/segmentation-offloads.rst, "Partial Generic Segmentation
 * Offload"): the stack has cut the packet to a multiple of the MSS and written all headers but the
 * innermost transport header as one frame needs them; the device copies them, and counts the IPv4
 * identification up. So a checksum of an outer header, which the stack made, is right for each.
 */
#include "mlx5ish.h"

#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>

/* Offsets are into the skb until shift() turns them into the frame's. 0: there is none. */
struct plan {
	unsigned int headers;	/* bytes that each frame repeats */
	unsigned int mss;
	unsigned int outer_l3;	/* under a tunnel */
	unsigned int outer_l4;
	unsigned int l3;	/* of the packet that is cut */
	unsigned int l4;
	unsigned int udp_length; /* header whose length the driver sets */
	bool udp;
	bool partial;
	bool fixed_id;
};

static unsigned int tcp_header(const struct sk_buff *skb, unsigned int at)
{
	struct tcphdr room;
	const struct tcphdr *tcp = skb_header_pointer(skb, at, sizeof(room), &room);

	return tcp ? tcp->doff * 4 : 0;
}

/*
 * UDP in a tunnel, before 6.1.93 (83fea49f2711 "net/mlx5e: Fix UDP GSO for encapsulated packets"):
 * the driver wrote the length into the outer header, whatever that was, and took the inner for TCP
 * when it counted the bytes of the headers.
 */
static unsigned int old_udp_headers(const struct sk_buff *skb, struct plan *plan)
{
	plan->udp_length = skb_transport_offset(skb);
	return tcp_header(skb, plan->l4);
}

static int make_plan(const struct mlx5ish *nic, const struct sk_buff *skb, struct plan *plan)
{
	const unsigned int type = skb_shinfo(skb)->gso_type;
	unsigned int length;

	*plan = (struct plan){
		.mss = skb_shinfo(skb)->gso_size,
		.udp = type & SKB_GSO_UDP_L4,
		.partial = type & SKB_GSO_PARTIAL,
		.fixed_id = type & SKB_GSO_TCP_FIXEDID,
	};
	if (!(type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6 | SKB_GSO_UDP_L4)) || !plan->mss)
		return -EOPNOTSUPP;
	if (skb->encapsulation) {
		plan->outer_l3 = skb_network_offset(skb);
		if (type & (SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_TUNNEL_CSUM))
			plan->outer_l4 = skb_transport_offset(skb);
		plan->l3 = skb_inner_network_offset(skb);
		plan->l4 = skb_inner_transport_offset(skb);
	} else {
		plan->l3 = skb_network_offset(skb);
		plan->l4 = skb_transport_offset(skb);
	}
	if (!plan->udp) {
		length = tcp_header(skb, plan->l4);
	} else if (skb->encapsulation && nic->caps.old_udp_gso) {
		length = old_udp_headers(skb, plan);
	} else {
		plan->udp_length = plan->l4;
		length = sizeof(struct udphdr);
	}
	plan->headers = plan->l4 + length;
	/* Offsets that make no sense are for hardware to refuse: nothing may be read outside. */
	if (!length || plan->l3 < ETH_HLEN || plan->l3 + sizeof(struct iphdr) > plan->l4 ||
	    plan->outer_l3 > plan->l3 || plan->outer_l4 > plan->l3 || plan->headers >= skb->len ||
	    plan->headers + plan->mss > U16_MAX)
		return -EOPNOTSUPP;
	return 0;
}

/* The VLAN tag that goes into the bytes moves all that is behind it. */
static void shift(struct plan *plan, unsigned int by)
{
	unsigned int *const all[] = { &plan->outer_l3, &plan->outer_l4, &plan->l3, &plan->l4,
				      &plan->udp_length };
	int i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (*all[i])
			*all[i] += by;
}

static void fix_ip(struct sk_buff *frame, unsigned int at, const struct plan *plan, u16 id_step)
{
	struct iphdr *ip4 = (struct iphdr *)(frame->data + at);
	struct ipv6hdr *ip6 = (struct ipv6hdr *)(frame->data + at);

	if (ip4->version != 4) {
		if (!plan->partial)
			ip6->payload_len = htons(frame->len - at - sizeof(*ip6));
		return;
	}
	if (at + ip4->ihl * 4 > frame->len)
		return;
	if (!plan->partial)
		ip4->tot_len = htons(frame->len - at);
	ip4->id = htons(ntohs(ip4->id) + id_step);
	ip_send_check(ip4);
}

static void fix_tcp(struct sk_buff *frame, const struct plan *plan, unsigned int index, bool last)
{
	struct tcphdr *tcp = (struct tcphdr *)(frame->data + plan->l4);

	tcp->seq = htonl(ntohl(tcp->seq) + index * plan->mss);
	if (!last)
		tcp->fin = tcp->psh = 0;
	if (index)
		tcp->cwr = 0;
}

static void fix_headers(struct sk_buff *frame, const struct plan *plan, unsigned int index,
			bool last)
{
	const unsigned int payload = frame->len - plan->headers;

	if (plan->outer_l3)
		fix_ip(frame, plan->outer_l3, plan, index);
	if (plan->outer_l4 && !plan->partial)
		((struct udphdr *)(frame->data + plan->outer_l4))->len =
			htons(frame->len - plan->outer_l4);
	fix_ip(frame, plan->l3, plan, plan->fixed_id ? 0 : index);
	if (plan->udp)
		((struct udphdr *)(frame->data + plan->udp_length))->len =
			htons(payload + sizeof(struct udphdr));
	else
		fix_tcp(frame, plan, index, last);
	mlx5ish_sum_l4(frame, plan->l3, plan->l4, plan->udp);
}

static int cut(struct mlx5ish *nic, const struct sk_buff *skb, struct sk_buff_head *frames)
{
	const unsigned int tag = skb_vlan_tag_present(skb) ? VLAN_HLEN : 0;
	unsigned int headers, at, index = 0;
	struct plan plan;
	int err = make_plan(nic, skb, &plan);

	if (err)
		return err;
	headers = plan.headers;
	shift(&plan, tag);
	plan.headers += tag;
	for (at = headers; at < skb->len; at += plan.mss, index++) {
		const unsigned int length = min(plan.mss, skb->len - at);
		struct sk_buff *frame = mlx5ish_frame(skb, headers, at, length);

		if (!frame)
			return -ENOMEM;
		__skb_queue_tail(frames, frame);
		if (!mlx5ish_fits(nic->dev, frame))
			return -EMSGSIZE;
		fix_headers(frame, &plan, index, at + length == skb->len);
	}
	if (plan.partial)
		mlx5ish_count(nic->counts.tx_partial, 1);
	else
		mlx5ish_count(nic->counts.tx_segmented, 1);
	return 0;
}

static int one(struct mlx5ish *nic, const struct sk_buff *skb, struct sk_buff_head *frames)
{
	const unsigned int tag = skb_vlan_tag_present(skb) ? VLAN_HLEN : 0;
	struct sk_buff *frame;
	unsigned int start;

	frame = mlx5ish_frame(skb, skb->len, skb->len, 0);
	if (!frame)
		return -ENOMEM;
	__skb_queue_tail(frames, frame);
	if (!mlx5ish_fits(nic->dev, frame))
		return -EMSGSIZE;
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return 0;
	start = skb_checksum_start_offset(skb) + tag;
	if (!mlx5ish_sum(frame, start, start + skb->csum_offset))
		return -EOPNOTSUPP;
	mlx5ish_count(nic->counts.tx_checksums, 1);
	return 0;
}

int mlx5ish_frames(struct mlx5ish *nic, struct sk_buff *skb, struct sk_buff_head *frames)
{
	if (skb->len < ETH_HLEN)
		return -EOPNOTSUPP;
	return skb_is_gso(skb) ? cut(nic, skb, frames) : one(nic, skb, frames);
}
