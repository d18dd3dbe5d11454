// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the hooks of IPv4 POST_ROUTING in the first namespace take of each packet that enters them:
 * one packet sent through them a thousand times, nothing else running. When the module is loaded, by
 * the processor's own clock, which counts instructions in the exact lane. Its parameters have the
 * sums, the loop's own part included, which is the same for all; without hooks they are that part.
 *
 * others        a packet that is none of IPVS's
 * right         IPVS's by GUE, as a fixed kernel makes it
 * repaired      as a kernel with the bug does; wrong again each time
 * repaired_gre  the same by GRE
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#define TIMES 1000

enum { INNER_MAC = 40, INNER_NETWORK = 54 }; /* offsets, with the Ethernet header between them */

static unsigned int times = TIMES;
module_param(times, uint, 0444);
static ulong others, right, repaired, repaired_gre;
module_param(others, ulong, 0444);
module_param(right, ulong, 0444);
module_param(repaired, ulong, 0444);
module_param(repaired_gre, ulong, 0444);

static int accepted(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	return 0;
}

static ulong measure(struct sk_buff *skb, u16 inner_mac)
{
	unsigned long flags;
	u64 begin, end;
	int i;

	local_irq_save(flags);
	begin = rdtsc_ordered();
	for (i = 0; i < TIMES; i++) {
		WRITE_ONCE(skb->inner_mac_header, inner_mac);
		nf_hook(NFPROTO_IPV4, NF_INET_POST_ROUTING, &init_net, NULL, skb, NULL, NULL,
			accepted);
	}
	end = rdtsc_ordered();
	local_irq_restore(flags);
	return end - begin;
}

static int __init body_init(void)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);

	if (!skb)
		return -ENOMEM;
	measure(skb, INNER_MAC); /* the emulator translates the loop now */
	others = measure(skb, INNER_MAC);
	skb->encapsulation = 1;
	skb->ipvs_property = 1;
	skb->inner_network_header = INNER_NETWORK;
	skb_set_inner_ipproto(skb, IPPROTO_IPIP);
	right = measure(skb, INNER_NETWORK);
	repaired = measure(skb, INNER_MAC);
	skb_set_inner_protocol(skb, htons(ETH_P_IP));
	repaired_gre = measure(skb, INNER_MAC);
	kfree_skb(skb);
	return 0;
}
module_init(body_init);

static void __exit body_exit(void)
{
}
module_exit(body_exit);

MODULE_DESCRIPTION("Instructions that the hooks of POST_ROUTING take of a packet");
MODULE_LICENSE("GPL");
