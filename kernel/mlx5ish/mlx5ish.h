/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pair of network devices whose feature flags, features check and partial segmentation are those
 * of mlx5-class NICs, with a wire between them that carries bytes and nothing else.
 *
 *	stack -> xmit -> [segments, checksums, VLAN tag] = frames ~~~ wire ~~~ ring -> NAPI -> GRO -> stack
 *
 * device.c	the devices: made in pairs by rtnetlink, opened, closed, looked at
 * features.c	what they offer, as a table, and which packets the offer holds for
 * segment.c	from an skb to the frames that hardware makes of it
 * frame.c	one frame: bytes, lengths, checksums
 * wire.c	frames from one end to the other
 */
#ifndef GUEWAY_MLX5ISH_H
#define GUEWAY_MLX5ISH_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#define MLX5ISH_KIND "gueway_mlx5ish"
#define MLX5ISH_VXLAN_PORTS 16

/* What the hardware can; from the module's parameters when the device is made, fixed from then on. */
struct mlx5ish_caps {
	bool ip_over_ip;
	bool geneve;
	bool old_udp_check;
	bool old_udp_gso;
	unsigned int vxlan_count;
	u16 vxlan_ports[MLX5ISH_VXLAN_PORTS];
};

/* Each has one writer at a time: tx_* the holder of the transmit lock, arrived_* that of the ring's,
 * the others the poll. Shown by ethtool -S.
 */
struct mlx5ish_counts {
	u64 tx_packets;		/* frames on the wire */
	u64 tx_bytes;
	u64 tx_dropped;		/* skbs: no memory, or nobody at the other end */
	u64 tx_oversize;	/* skbs of which a frame would exceed the MTU */
	u64 tx_unknown;		/* skbs that hardware does not know how to cut */
	u64 tx_segmented;	/* skbs that the device cut, all by itself */
	u64 tx_partial;		/* skbs that it cut by copying the outer headers */
	u64 tx_checksums;	/* checksums that it finished in skbs not cut */
	u64 tx_stopped;		/* times that the wire was full */
	u64 arrived_oversize;	/* frames longer than the receiver's MTU allows */
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_csum_complete;
	u64 rx_csum_none;
	u64 rx_vlan_stripped;
};

struct mlx5ish {
	struct net_device *dev;
	struct net_device __rcu *peer;
	struct mlx5ish_caps caps;
	struct napi_struct napi;
	struct sk_buff_head ring;	/* frames that arrived; its lock guards `running` too */
	bool running;
	struct mlx5ish_counts counts;
};

/* A counter for readers without the lock. */
#define mlx5ish_count(counter, by) WRITE_ONCE(counter, (counter) + (by))

/* --- features.c --- */
void mlx5ish_set_features(struct net_device *dev);
netdev_features_t mlx5ish_features_check(struct sk_buff *skb, struct net_device *dev,
					 netdev_features_t features);
struct seq_file;
void mlx5ish_show_features(struct seq_file *file, const struct net_device *dev);

/* --- frame.c --- */
/* A fresh skb of `headers` + `length` bytes of `skb`, the latter from offset `from`, with its VLAN
 * tag in the bytes. NULL: no memory.
 */
struct sk_buff *mlx5ish_frame(const struct sk_buff *skb, unsigned int headers, unsigned int from,
			      unsigned int length);
/* Whether the frame fits an MTU of `dev`; a VLAN tag is not counted. */
bool mlx5ish_fits(const struct net_device *dev, const struct sk_buff *frame);
/* Writes the checksum of what starts at `start` to `field`, both offsets into the frame. */
bool mlx5ish_sum(struct sk_buff *frame, unsigned int start, unsigned int field);
/* The checksum of TCP or UDP at `l4`, under the IP header at `l3`, from nothing but the bytes. */
void mlx5ish_sum_l4(struct sk_buff *frame, unsigned int l3, unsigned int l4, bool udp);

/* --- segment.c --- */
/* The frames that hardware makes of an skb. -ENOMEM, -EMSGSIZE, -EOPNOTSUPP: some may be in
 * `frames` then, for the caller to free.
 */
int mlx5ish_frames(struct mlx5ish *nic, struct sk_buff *skb, struct sk_buff_head *frames);

/* --- wire.c --- */
netdev_tx_t mlx5ish_xmit(struct sk_buff *skb, struct net_device *dev);
int mlx5ish_poll(struct napi_struct *napi, int budget);
void mlx5ish_start_ring(struct mlx5ish *nic);
void mlx5ish_stop_ring(struct mlx5ish *nic);

#endif
