// SPDX-License-Identifier: GPL-2.0-only
/*
 * The devices: pairs, made by rtnetlink as veth's are (IFLA_INFO_DATA with VETH_INFO_PEER), so that
 * each end can be born in a network namespace of its own. Without the attribute
 * (`ip link add NAME type gueway_mlx5ish`) the peer is beside it, called mlx5ish0, mlx5ish1, ...
 *
 * Carrier is there while both are up. The end of one is the end of the other.
 */
#include "compat.h"
#include "mlx5ish.h"

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/veth.h>

#define LARGEST_MTU 9978	/* of mlx5 */
#define SPEED 25000		/* Mbit/s that it says it has */

static struct rtnl_link_ops link_ops;

static void set_carrier(struct net_device *dev, struct net_device *peer, bool on)
{
	struct net_device *const both[] = { dev, peer };
	int i;

	for (i = 0; i < ARRAY_SIZE(both); i++) {
		if (both[i] && on)
			netif_carrier_on(both[i]);
		else if (both[i])
			netif_carrier_off(both[i]);
	}
}

static int open(struct net_device *dev)
{
	struct mlx5ish *nic = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nic->peer);

	mlx5ish_start_ring(nic);
	netif_start_queue(dev);
	if (peer && (peer->flags & IFF_UP))
		set_carrier(dev, peer, true);
	return 0;
}

static int stop(struct net_device *dev)
{
	struct mlx5ish *nic = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nic->peer);

	netif_stop_queue(dev);
	set_carrier(dev, peer, false);
	mlx5ish_stop_ring(nic);
	/* It may have waited for room in the ring that has just gone. */
	if (peer && netif_running(peer))
		netif_wake_queue(peer);
	return 0;
}

static int init(struct net_device *dev)
{
	struct mlx5ish *nic = netdev_priv(dev);

	mlx5ish_napi_add(dev, &nic->napi, mlx5ish_poll);
	netif_carrier_off(dev);
	return 0;
}

static void get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	const struct mlx5ish_counts *counts = &((struct mlx5ish *)netdev_priv(dev))->counts;

	stats->tx_packets = READ_ONCE(counts->tx_packets);
	stats->tx_bytes = READ_ONCE(counts->tx_bytes);
	stats->tx_dropped = READ_ONCE(counts->tx_dropped);
	stats->tx_errors = READ_ONCE(counts->tx_oversize) + READ_ONCE(counts->tx_unknown);
	stats->rx_packets = READ_ONCE(counts->rx_packets);
	stats->rx_bytes = READ_ONCE(counts->rx_bytes);
	stats->rx_length_errors = READ_ONCE(counts->arrived_oversize);
	stats->rx_errors = stats->rx_length_errors;
}

static const struct net_device_ops device_ops = {
	.ndo_init = init,
	.ndo_open = open,
	.ndo_stop = stop,
	.ndo_start_xmit = mlx5ish_xmit,
	.ndo_features_check = mlx5ish_features_check,
	.ndo_get_stats64 = get_stats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

#define COUNTER(name) { #name, offsetof(struct mlx5ish_counts, name) }
static const struct {
	char name[ETH_GSTRING_LEN];
	size_t offset;
} counters[] = {
	COUNTER(tx_packets), COUNTER(tx_bytes), COUNTER(tx_dropped), COUNTER(tx_oversize),
	COUNTER(tx_unknown), COUNTER(tx_segmented), COUNTER(tx_partial), COUNTER(tx_checksums),
	COUNTER(tx_stopped), COUNTER(arrived_oversize), COUNTER(rx_packets), COUNTER(rx_bytes),
	COUNTER(rx_csum_complete), COUNTER(rx_csum_none), COUNTER(rx_vlan_stripped),
};

static int get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? ARRAY_SIZE(counters) : -EOPNOTSUPP;
}

static void get_strings(struct net_device *dev, u32 set, u8 *room)
{
	int i;

	for (i = 0; set == ETH_SS_STATS && i < ARRAY_SIZE(counters); i++)
		memcpy(room + i * ETH_GSTRING_LEN, counters[i].name, ETH_GSTRING_LEN);
}

static void get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *room)
{
	const u8 *counts = (u8 *)&((struct mlx5ish *)netdev_priv(dev))->counts;
	int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		room[i] = READ_ONCE(*(const u64 *)(counts + counters[i].offset));
}

static int get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	settings->base.speed = SPEED;
	settings->base.duplex = DUPLEX_FULL;
	settings->base.port = PORT_DA;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static const struct ethtool_ops ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = get_link_ksettings,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_ethtool_stats,
	.get_ts_info = ethtool_op_get_ts_info,
};

static void setup(struct net_device *dev)
{
	struct mlx5ish *nic = netdev_priv(dev);

	ether_setup(dev);
	nic->dev = dev;
	skb_queue_head_init(&nic->ring);
	dev->netdev_ops = &device_ops;
	dev->ethtool_ops = &ethtool_ops;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	dev->needs_free_netdev = true;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = LARGEST_MTU;
	mlx5ish_set_features(dev);
}

/* --- pairs --- */

static int add_peer(struct net *net, struct nlattr *tb[], const struct ifinfomsg *header,
		    struct net_device **made, struct netlink_ext_ack *extack)
{
	const bool named = tb[IFLA_IFNAME];
	struct net_device *peer;
	char name[IFNAMSIZ];
	int err;

	if (named)
		nla_strscpy(name, tb[IFLA_IFNAME], sizeof(name));
	else
		strscpy(name, "mlx5ish%d", sizeof(name));
	peer = rtnl_create_link(net, name, named ? NET_NAME_USER : NET_NAME_ENUM, &link_ops, tb,
				extack);
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	if (!tb[IFLA_ADDRESS])
		eth_hw_addr_random(peer);
	err = register_netdevice(peer);
	if (err) {
		free_netdev(peer);
		return err;
	}
	if (header)
		err = mlx5ish_configure(peer, header);
	if (err) {
		unregister_netdevice(peer);
		return err;
	}
	*made = peer;
	return 0;
}

static int newlink(MLX5ISH_NEWLINK_WORDS)
{
	MLX5ISH_NEWLINK_UNPACK
	struct nlattr *peer_tb[IFLA_MAX + 1] = {};
	const struct ifinfomsg *header = NULL;
	struct net_device *peer;
	struct net *net;
	int err;

	if (data && data[VETH_INFO_PEER]) {
		header = nla_data(data[VETH_INFO_PEER]);
		/* Of 6.5 (f534f6581ec0), and of stable 5.10 and 6.1 since. */
		err = rtnl_nla_parse_ifinfomsg(peer_tb, data[VETH_INFO_PEER], extack);
		if (err)
			return err;
	}
	net = mlx5ish_peer_net(peer_tb);
	if (IS_ERR(net))
		return PTR_ERR(net);
	err = add_peer(net, peer_tb, header, &peer, extack);
	put_net(net);
	if (err)
		return err;

	if (!tb[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	err = register_netdevice(dev);
	if (err) {
		unregister_netdevice(peer);
		return err;
	}
	rcu_assign_pointer(((struct mlx5ish *)netdev_priv(dev))->peer, peer);
	rcu_assign_pointer(((struct mlx5ish *)netdev_priv(peer))->peer, dev);
	/* The peer may have been asked to be up from the start. */
	if ((dev->flags & IFF_UP) && (peer->flags & IFF_UP))
		set_carrier(dev, peer, true);
	return 0;
}

/* Called for one end or for both, in any order. */
static void dellink(struct net_device *dev, struct list_head *doomed)
{
	struct mlx5ish *nic = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nic->peer);

	RCU_INIT_POINTER(nic->peer, NULL);
	unregister_netdevice_queue(dev, doomed);
	if (!peer)
		return;
	RCU_INIT_POINTER(((struct mlx5ish *)netdev_priv(peer))->peer, NULL);
	unregister_netdevice_queue(peer, doomed);
}

static const struct nla_policy policy[VETH_INFO_MAX + 1] = {
	[VETH_INFO_PEER] = { .len = sizeof(struct ifinfomsg) },
};

static struct rtnl_link_ops link_ops = {
	.kind = MLX5ISH_KIND,
	.priv_size = sizeof(struct mlx5ish),
	.setup = setup,
	.newlink = newlink,
	.dellink = dellink,
	.policy = policy,
	.maxtype = VETH_INFO_MAX,
	MLX5ISH_PEER_TYPE
};

/* --- /proc/net/gueway_mlx5ish: the sets of features that ethtool does not show --- */

static int show(struct seq_file *file, void *unused)
{
	struct net_device *dev;

	rcu_read_lock();
	for_each_netdev_rcu(seq_file_single_net(file), dev)
		if (dev->netdev_ops == &device_ops)
			mlx5ish_show_features(file, dev);
	rcu_read_unlock();
	return 0;
}

static int __net_init net_init(struct net *net)
{
	return proc_create_net_single(MLX5ISH_KIND, 0444, net->proc_net, show, NULL) ? 0 : -ENOMEM;
}

static void __net_exit net_exit(struct net *net)
{
	remove_proc_entry(MLX5ISH_KIND, net->proc_net);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.exit = net_exit,
};

static int __init module_start(void)
{
	int err = register_pernet_subsys(&net_ops);

	if (err)
		return err;
	err = rtnl_link_register(&link_ops);
	if (err)
		unregister_pernet_subsys(&net_ops);
	return err;
}

static void __exit module_end(void)
{
	rtnl_link_unregister(&link_ops);
	unregister_pernet_subsys(&net_ops);
}

module_init(module_start);
module_exit(module_end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("gueway: a pair of devices with the offloads of mlx5-class NICs and a wire between");
MODULE_ALIAS_RTNL_LINK("gueway_mlx5ish");
MODULE_VERSION("1");
