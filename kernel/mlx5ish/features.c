// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device offers, and for which packets the offer holds.
 *
 * mlx5_core offers everything to everybody and looks at each packet when it comes: a packet of a
 * tunnel that the hardware cannot look into loses all checksum and segmentation offloads.
 */
#include "mlx5ish.h"

#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/udp.h>
#include <net/geneve.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/vxlan.h>

static bool ip_over_ip = true;
module_param(ip_over_ip, bool, 0644);
MODULE_PARM_DESC(ip_over_ip, "new devices can look into IPIP (default: yes)");

static bool geneve = true;
module_param(geneve, bool, 0644);
MODULE_PARM_DESC(geneve, "new devices can look into UDP to port 6081 (default: yes)");

static ushort vxlan_ports[MLX5ISH_VXLAN_PORTS] = { IANA_VXLAN_UDP_PORT };
static unsigned int vxlan_count = 1;
module_param_array(vxlan_ports, ushort, &vxlan_count, 0644);
MODULE_PARM_DESC(vxlan_ports, "UDP ports that new devices take for VXLAN (default: 4789)");

static bool old_udp_check;
module_param(old_udp_check, bool, 0644);
MODULE_PARM_DESC(old_udp_check, "new devices check UDP tunnels as before 6.1.95 (default: no)");

static bool old_udp_gso;
module_param(old_udp_gso, bool, 0644);
MODULE_PARM_DESC(old_udp_gso, "new devices segment UDP in tunnels as before 6.1.93 (default: no)");

/* Which sets of the net_device a feature is in. */
enum {
	USER = 1,	/* hw_features, and on from the start */
	FIXED = 2,	/* features only */
	ENCAP = 4,	/* hw_enc_features */
	VLAN = 8,	/* vlan_features */
	PARTIAL = 16,	/* gso_partial_features */
	IP_OVER_IP = 32, /* none of them without that capability */
};

static const struct mlx5ish_feature {
	unsigned int bit;
	const char *name; /* as `ethtool -k` has it */
	unsigned int sets;
} table[] = {
	{ NETIF_F_SG_BIT, "tx-scatter-gather", USER | VLAN },
	{ NETIF_F_HIGHDMA_BIT, "highdma", FIXED },
	{ NETIF_F_HW_CSUM_BIT, "tx-checksum-ip-generic", USER | VLAN | ENCAP },
	{ NETIF_F_RXCSUM_BIT, "rx-checksum", USER | VLAN },
	{ NETIF_F_RXHASH_BIT, "rx-hashing", USER | VLAN },
	{ NETIF_F_HW_VLAN_CTAG_TX_BIT, "tx-vlan-hw-insert", USER | ENCAP },
	{ NETIF_F_HW_VLAN_CTAG_RX_BIT, "rx-vlan-hw-parse", USER | ENCAP },
	{ NETIF_F_HW_VLAN_STAG_TX_BIT, "tx-vlan-stag-hw-insert", USER },
	{ NETIF_F_TSO_BIT, "tx-tcp-segmentation", USER | VLAN | ENCAP },
	{ NETIF_F_TSO6_BIT, "tx-tcp6-segmentation", USER | VLAN | ENCAP },
	{ NETIF_F_GSO_PARTIAL_BIT, "tx-gso-partial", USER | VLAN | ENCAP },
	{ NETIF_F_GSO_UDP_L4_BIT, "tx-udp-segmentation", USER | PARTIAL },
	{ NETIF_F_GSO_UDP_TUNNEL_BIT, "tx-udp_tnl-segmentation", USER | VLAN | ENCAP },
	{ NETIF_F_GSO_UDP_TUNNEL_CSUM_BIT, "tx-udp_tnl-csum-segmentation",
	  USER | VLAN | ENCAP | PARTIAL },
	{ NETIF_F_GSO_GRE_BIT, "tx-gre-segmentation", USER | ENCAP | PARTIAL },
	{ NETIF_F_GSO_GRE_CSUM_BIT, "tx-gre-csum-segmentation", USER | ENCAP | PARTIAL },
	{ NETIF_F_GSO_IPXIP4_BIT, "tx-ipxip4-segmentation", USER | ENCAP | PARTIAL | IP_OVER_IP },
	{ NETIF_F_GSO_IPXIP6_BIT, "tx-ipxip6-segmentation", USER | ENCAP | PARTIAL | IP_OVER_IP },
};

static netdev_features_t set_of(unsigned int which, const struct mlx5ish_caps *caps)
{
	netdev_features_t features = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		if ((table[i].sets & IP_OVER_IP) && !caps->ip_over_ip)
			continue;
		if (table[i].sets & which)
			features |= BIT_ULL(table[i].bit);
	}
	return features;
}

void mlx5ish_set_features(struct net_device *dev)
{
	struct mlx5ish_caps *caps = &((struct mlx5ish *)netdev_priv(dev))->caps;

	kernel_param_lock(THIS_MODULE);
	caps->ip_over_ip = ip_over_ip;
	caps->geneve = geneve;
	caps->old_udp_check = old_udp_check;
	caps->old_udp_gso = old_udp_gso;
	caps->vxlan_count = vxlan_count;
	memcpy(caps->vxlan_ports, vxlan_ports, sizeof(caps->vxlan_ports));
	kernel_param_unlock(THIS_MODULE);

	dev->hw_features = set_of(USER, caps);
	dev->features = set_of(USER | FIXED, caps);
	dev->hw_enc_features = set_of(ENCAP, caps);
	dev->vlan_features = set_of(VLAN, caps);
	dev->gso_partial_features = set_of(PARTIAL, caps);
}

/* One line for each set that ethtool does not show, of what the net_device really has. */
void mlx5ish_show_features(struct seq_file *file, const struct net_device *dev)
{
	const struct {
		const char *name;
		netdev_features_t features;
	} sets[] = {
		{ "hw_enc_features", dev->hw_enc_features },
		{ "vlan_features", dev->vlan_features },
		{ "gso_partial_features", dev->gso_partial_features },
	};
	int i, row;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		netdev_features_t left = sets[i].features;

		seq_printf(file, "%s %s", dev->name, sets[i].name);
		for (row = 0; row < ARRAY_SIZE(table); row++) {
			if (left & BIT_ULL(table[row].bit))
				seq_printf(file, " %s", table[row].name);
			left &= ~BIT_ULL(table[row].bit);
		}
		seq_printf(file, " %#llx\n", (unsigned long long)left);
	}
}

static netdev_features_t strip(netdev_features_t features)
{
	return features & ~(NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK);
}

/* What is directly inside GRE: the protocol in its header, which IPVS and ip_gre also note here. */
static bool gre_is_known(const struct sk_buff *skb)
{
	__be16 protocol;

	if (skb->inner_protocol_type == ENCAP_TYPE_IPPROTO)
		return skb->inner_ipproto == IPPROTO_IPIP || skb->inner_ipproto == IPPROTO_IPV6;
	protocol = skb->inner_protocol;
	return protocol == htons(ETH_P_IP) || protocol == htons(ETH_P_IPV6) ||
	       protocol == htons(ETH_P_TEB);
}

static bool is_vxlan_port(const struct mlx5ish_caps *caps, u16 port)
{
	unsigned int i;

	for (i = 0; i < caps->vxlan_count && i < MLX5ISH_VXLAN_PORTS; i++)
		if (caps->vxlan_ports[i] == port)
			return true;
	return false;
}

static netdev_features_t check_udp(const struct mlx5ish_caps *caps, struct sk_buff *skb,
				   netdev_features_t features)
{
	const u16 port = ntohs(udp_hdr(skb)->dest);

	if (is_vxlan_port(caps, port))
		return vxlan_features_check(skb, features);
	if (caps->geneve && port == GENEVE_UDP_PORT)
		return features;
	return strip(features);
}

/* 0 where there is none to be seen. */
static u8 outer_protocol(struct sk_buff *skb)
{
	unsigned int at = 0;
	int protocol;

	switch (vlan_get_protocol(skb)) {
	case htons(ETH_P_IP):
		return ip_hdr(skb)->protocol;
	case htons(ETH_P_IPV6):
		protocol = ipv6_find_hdr(skb, &at, -1, NULL, NULL);
		return protocol < 0 ? 0 : protocol;
	default:
		return 0;
	}
}

static netdev_features_t check_tunnel(const struct mlx5ish_caps *caps, struct sk_buff *skb,
				      netdev_features_t features)
{
	switch (outer_protocol(skb)) {
	case IPPROTO_GRE:
		return gre_is_known(skb) ? features : strip(features);
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		return caps->ip_over_ip ? features : strip(features);
	case IPPROTO_UDP:
		return check_udp(caps, skb, features);
	default:
		return strip(features);
	}
}

/*
 * Until 6.1.95 ("net/mlx5e: Fix features validation check for tunneled UDP (non-VXLAN) packets")
 * every UDP tunnel had to look like VXLAN, first of all: GENEVE with options, whose header is longer
 * than VXLAN's, lost its offloads.
 */
netdev_features_t mlx5ish_features_check(struct sk_buff *skb, struct net_device *dev,
					 netdev_features_t features)
{
	const struct mlx5ish_caps *caps = &((struct mlx5ish *)netdev_priv(dev))->caps;

	features = vlan_features_check(skb, features);
	if (caps->old_udp_check)
		features = vxlan_features_check(skb, features);
	if (skb->encapsulation && (features & (NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK)))
		features = check_tunnel(caps, skb, features);
	return features;
}
