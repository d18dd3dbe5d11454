// SPDX-License-Identifier: GPL-2.0-only
/* One frame: nothing of the sender's skb but its bytes. */
#include "compat.h"
#include "mlx5ish.h"

#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>

#define MACS (2 * ETH_ALEN)

/* In pages, as a NIC's receive buffers are, so that GRO joins frames by them. A page fragment is no
 * longer than a page (page_frag_alloc_align(), which since 6.13 says so by failing now and then).
 */
static void *pages(unsigned int size)
{
	struct page *page;

	if (size <= PAGE_SIZE)
		return netdev_alloc_frag(size);
	page = dev_alloc_pages(get_order(size));
	return page ? page_address(page) : NULL;
}

static struct sk_buff *room(unsigned int size)
{
	const unsigned int whole = SKB_DATA_ALIGN(NET_SKB_PAD + NET_IP_ALIGN + size) +
				   SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	struct sk_buff *frame;
	void *data = pages(whole);

	if (!data)
		return NULL;
	frame = build_skb(data, whole);
	if (!frame) {
		skb_free_frag(data);
		return NULL;
	}
	skb_reserve(frame, NET_SKB_PAD + NET_IP_ALIGN);
	return frame;
}

struct sk_buff *mlx5ish_frame(const struct sk_buff *skb, unsigned int headers, unsigned int from,
			      unsigned int length)
{
	const bool tagged = skb_vlan_tag_present(skb);
	struct sk_buff *frame = room(headers + length + (tagged ? VLAN_HLEN : 0));

	if (!frame)
		return NULL;
	skb_copy_bits(skb, 0, skb_put(frame, MACS), MACS);
	if (tagged) {
		const __be16 tag[2] = { skb->vlan_proto, htons(skb_vlan_tag_get(skb)) };

		skb_put_data(frame, tag, VLAN_HLEN);
	}
	skb_copy_bits(skb, MACS, skb_put(frame, headers - MACS), headers - MACS);
	skb_copy_bits(skb, from, skb_put(frame, length), length);
	return frame;
}

bool mlx5ish_fits(const struct net_device *dev, const struct sk_buff *frame)
{
	const __be16 type = get_unaligned((const __be16 *)(frame->data + MACS));

	return frame->len <= READ_ONCE(dev->mtu) + ETH_HLEN + (eth_type_vlan(type) ? VLAN_HLEN : 0);
}

static void put_sum(struct sk_buff *frame, unsigned int field, __sum16 sum)
{
	/* 0 says "no checksum" in UDP; elsewhere the two are the same number. */
	put_unaligned(sum ? sum : CSUM_MANGLED_0, (__sum16 *)(frame->data + field));
}

bool mlx5ish_sum(struct sk_buff *frame, unsigned int start, unsigned int field)
{
	if (start >= frame->len || field + sizeof(__sum16) > frame->len)
		return false;
	put_sum(frame, field, csum_fold(csum_partial(frame->data + start, frame->len - start, 0)));
	return true;
}

void mlx5ish_sum_l4(struct sk_buff *frame, unsigned int l3, unsigned int l4, bool udp)
{
	const unsigned int length = frame->len - l4;
	const unsigned int field =
		l4 + (udp ? offsetof(struct udphdr, check) : offsetof(struct tcphdr, check));
	const struct iphdr *ip4 = (struct iphdr *)(frame->data + l3);
	const struct ipv6hdr *ip6 = (struct ipv6hdr *)(frame->data + l3);
	const u8 protocol = udp ? IPPROTO_UDP : IPPROTO_TCP;
	__wsum sum;

	put_unaligned(0, (__sum16 *)(frame->data + field));
	sum = csum_partial(frame->data + l4, length, 0);
	if (ip4->version == 4)
		put_sum(frame, field,
			csum_tcpudp_magic(ip4->saddr, ip4->daddr, length, protocol, sum));
	else
		put_sum(frame, field,
			csum_ipv6_magic(&ip6->saddr, &ip6->daddr, length, protocol, sum));
}
