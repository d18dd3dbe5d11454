// SPDX-License-Identifier: GPL-2.0-only
/*
 * Repairs the inner MAC header offset of packets that IPVS has encapsulated, on kernels without
 * d7fce52fdf96 "ipvs: align inner_mac_header for encapsulation" (5.2 to 6.3), while they run.
 *
 * There the offset stays at the Ethernet header that the director received, or unset when the client
 * is the director itself. Software segmentation takes the distance from the transport header to it
 * for the length of the tunnel header, and drops the packet.
 *
 * The hook sees every packet of POST_ROUTING, which is behind IPVS and in front of segmentation.
 * Where the kernel is fixed, its condition never holds. A packet whose segmentation and checksum are
 * both made keeps no skb->encapsulation (iptunnel_handle_offloads) and needs no inner headers.
 *
 * /proc/net/gueway_hotfix of each network namespace: "seen right repaired", sums over processors;
 * seen is what IPVS encapsulated of packets that are yet to be segmented or to get their checksum,
 * and right + repaired.
 */
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#if !IS_ENABLED(CONFIG_IP_VS)
#error "this kernel has no IPVS: there is nothing to repair"
#endif

#define PROC_NAME "gueway_hotfix"

struct hotfix_counts {
	u64 right;
	u64 repaired;
};

struct hotfix_net {
	struct hotfix_counts __percpu *counts;
	struct nf_hook_ops ops[2]; /* their priv: the counts, which the hook need not look for */
};

static unsigned int hotfix_net_id __read_mostly;

/*
 * IPVS carries bare IP packets: their MAC header has no bytes, and is where the network header is.
 * Others put Ethernet frames into tunnels, into which a packet of IPVS may go later on its way.
 * GRE names what is inside by its EtherType (gre_build_header), GUE and IPIP by the protocol.
 */
static bool carries_bare_ip(const struct sk_buff *skb)
{
	return skb->inner_protocol_type == ENCAP_TYPE_IPPROTO ||
	       skb->inner_protocol == htons(ETH_P_IP) || skb->inner_protocol == htons(ETH_P_IPV6);
}

static unsigned int hotfix_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct hotfix_counts __percpu *counts = (__force struct hotfix_counts __percpu *)priv;

	if (!skb->encapsulation || !skb->ipvs_property)
		return NF_ACCEPT;
	if (likely(skb->inner_mac_header == skb->inner_network_header)) {
		this_cpu_inc(counts->right);
		return NF_ACCEPT;
	}
	if (!carries_bare_ip(skb))
		return NF_ACCEPT;
	skb_set_inner_mac_header(skb, skb_inner_network_offset(skb));
	this_cpu_inc(counts->repaired);
	return NF_ACCEPT;
}

static const struct nf_hook_ops hotfix_ops[] = {
	{
		.hook = hotfix_hook,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP_PRI_FIRST,
	},
	{
		.hook = hotfix_hook,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP6_PRI_FIRST,
	},
};

static int hotfix_show(struct seq_file *file, void *unused)
{
	struct net *net = seq_file_single_net(file);
	struct hotfix_net *hotfix = net_generic(net, hotfix_net_id);
	u64 right = 0, repaired = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct hotfix_counts *counts = per_cpu_ptr(hotfix->counts, cpu);

		right += counts->right;
		repaired += counts->repaired;
	}
	seq_printf(file, "%llu %llu %llu\n", right + repaired, right, repaired);
	return 0;
}

static int __net_init hotfix_net_init(struct net *net)
{
	struct hotfix_net *hotfix = net_generic(net, hotfix_net_id);
	int i, err = -ENOMEM;

	hotfix->counts = alloc_percpu(struct hotfix_counts);
	if (!hotfix->counts)
		return err;
	if (!proc_create_net_single(PROC_NAME, 0444, net->proc_net, hotfix_show, NULL))
		goto free_counts;
	for (i = 0; i < ARRAY_SIZE(hotfix->ops); i++) {
		hotfix->ops[i] = hotfix_ops[i];
		hotfix->ops[i].priv = (__force void *)hotfix->counts;
	}
	err = nf_register_net_hooks(net, hotfix->ops, ARRAY_SIZE(hotfix->ops));
	if (err)
		goto remove_proc;
	return 0;

remove_proc:
	/* The first hook may have been there for a moment. */
	synchronize_net();
	remove_proc_entry(PROC_NAME, net->proc_net);
free_counts:
	free_percpu(hotfix->counts);
	return err;
}

static void __net_exit hotfix_net_pre_exit(struct net *net)
{
	struct hotfix_net *hotfix = net_generic(net, hotfix_net_id);

	nf_unregister_net_hooks(net, hotfix->ops, ARRAY_SIZE(hotfix->ops));
}

/*
 * Packets that were in the hook have counted: between pre_exit and exit the kernel waits for an RCU
 * grace period, once for all namespaces (cleanup_net, unregister_pernet_subsys).
 */
static void __net_exit hotfix_net_exit(struct net *net)
{
	struct hotfix_net *hotfix = net_generic(net, hotfix_net_id);

	remove_proc_entry(PROC_NAME, net->proc_net);
	free_percpu(hotfix->counts);
}

static struct pernet_operations hotfix_net_ops = {
	.init = hotfix_net_init,
	.pre_exit = hotfix_net_pre_exit,
	.exit = hotfix_net_exit,
	.id = &hotfix_net_id,
	.size = sizeof(struct hotfix_net),
};

static int __init hotfix_init(void)
{
	return register_pernet_subsys(&hotfix_net_ops);
}

static void __exit hotfix_exit(void)
{
	unregister_pernet_subsys(&hotfix_net_ops);
}

module_init(hotfix_init);
module_exit(hotfix_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("gueway: inner MAC header of IPVS tunnels on kernels without d7fce52fdf96");
MODULE_VERSION("1");
