// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that a module of netfilter can do about the inner-MAC bug, for bench/repair to hold the
 * hotfix against: a hook in every namespace that repairs what IPVS has encapsulated. It counts
 * nothing, and does not ask whose frames are inside. With empty=1 it does nothing at all.
 */
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

static bool empty;
module_param(empty, bool, 0444);

static unsigned int empty_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static unsigned int least_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (skb->encapsulation && skb->ipvs_property &&
	    skb->inner_mac_header != skb->inner_network_header)
		skb_set_inner_mac_header(skb, skb_inner_network_offset(skb));
	return NF_ACCEPT;
}

static struct nf_hook_ops ops[] = {
	{
		.hook = least_hook,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP_PRI_FIRST,
	},
	{
		.hook = least_hook,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP6_PRI_FIRST,
	},
};

static int __net_init floor_net_init(struct net *net)
{
	return nf_register_net_hooks(net, ops, ARRAY_SIZE(ops));
}

static void __net_exit floor_net_exit(struct net *net)
{
	nf_unregister_net_hooks(net, ops, ARRAY_SIZE(ops));
}

static struct pernet_operations floor_net_ops = {
	.init = floor_net_init,
	.exit = floor_net_exit,
};

static int __init floor_init(void)
{
	if (empty)
		ops[0].hook = ops[1].hook = empty_hook;
	return register_pernet_subsys(&floor_net_ops);
}
module_init(floor_init);

static void __exit floor_exit(void)
{
	unregister_pernet_subsys(&floor_net_ops);
}
module_exit(floor_exit);

MODULE_DESCRIPTION("The least hook that repairs IPVS's inner MAC header, to measure the hotfix by");
MODULE_LICENSE("GPL");
