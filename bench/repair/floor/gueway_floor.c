// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that a module of netfilter can do about the inner-MAC bug, for bench/repair to hold the
 * hotfix against: a hook in every namespace. hook= says which one:
 *
 * nothing  accepts.
 * repair   repairs what IPVS has encapsulated. It counts nothing, and writes into others' frames.
 * least    as the hotfix must: counts what was right and what it repaired, all namespaces together,
 *          and asks whose frames are inside before it writes.
 */
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

static char *hook = "least";
module_param(hook, charp, 0444);

static DEFINE_PER_CPU(u64, right);
static DEFINE_PER_CPU(u64, repaired);

static unsigned int nothing_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static unsigned int repair_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (skb->encapsulation && skb->ipvs_property &&
	    skb->inner_mac_header != skb->inner_network_header)
		skb->inner_mac_header = skb->inner_network_header;
	return NF_ACCEPT;
}

static unsigned int least_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (!skb->encapsulation || !skb->ipvs_property)
		return NF_ACCEPT;
	if (skb->inner_mac_header == skb->inner_network_header) {
		this_cpu_inc(right);
		return NF_ACCEPT;
	}
	if (skb->inner_protocol_type != ENCAP_TYPE_IPPROTO &&
	    skb->inner_protocol != htons(ETH_P_IP) && skb->inner_protocol != htons(ETH_P_IPV6))
		return NF_ACCEPT;
	skb->inner_mac_header = skb->inner_network_header;
	this_cpu_inc(repaired);
	return NF_ACCEPT;
}

static const struct {
	const char *name;
	nf_hookfn *function;
} hooks[] = {
	{ "nothing", nothing_hook },
	{ "repair", repair_hook },
	{ "least", least_hook },
};

static struct nf_hook_ops ops[] = {
	{
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP_PRI_FIRST,
	},
	{
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
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (!strcmp(hook, hooks[i].name))
			ops[0].hook = ops[1].hook = hooks[i].function;
	if (!ops[0].hook)
		return -EINVAL;
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
