// SPDX-License-Identifier: GPL-2.0-only
/*
 * From one end to the other. A full ring stops the sender's queue, as a link with flow control does:
 * the wire itself loses nothing.
 *
 * The receiver knows what a receive descriptor of mlx5 says, which the device found out from the
 * bytes: CHECKSUM_COMPLETE for IP, over all that follows the Ethernet header (with rx-checksum on),
 * a hash of the flow, the VLAN tag. For everything else it says CHECKSUM_NONE.
 */
#include "mlx5ish.h"

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <net/flow_dissector.h>

#define RING_FULL 512u
#define RING_LOW 128u

void mlx5ish_start_ring(struct mlx5ish *nic)
{
	napi_enable(&nic->napi);
	spin_lock_bh(&nic->ring.lock);
	nic->running = true;
	spin_unlock_bh(&nic->ring.lock);
}

void mlx5ish_stop_ring(struct mlx5ish *nic)
{
	spin_lock_bh(&nic->ring.lock);
	nic->running = false;
	spin_unlock_bh(&nic->ring.lock);
	napi_disable(&nic->napi);
	__skb_queue_purge(&nic->ring);
}

/* Takes the frames over. False, with the frames left to the caller: nobody listens. */
static bool arrive(struct mlx5ish *nic, struct sk_buff_head *frames)
{
	struct sk_buff *frame;
	bool running;

	spin_lock(&nic->ring.lock);
	running = nic->running;
	while (running && (frame = __skb_dequeue(frames))) {
		if (!mlx5ish_fits(nic->dev, frame)) {
			mlx5ish_count(nic->counts.arrived_oversize, 1);
			kfree_skb(frame);
			continue;
		}
		frame->dev = nic->dev;
		__skb_queue_tail(&nic->ring, frame);
	}
	spin_unlock(&nic->ring.lock);
	if (running)
		napi_schedule(&nic->napi);
	return running;
}

/* The two sides of stopping: each looks again after it has told the other. */
static void stop_when_full(struct mlx5ish *nic, const struct mlx5ish *peer)
{
	if (skb_queue_len_lockless(&peer->ring) < RING_FULL)
		return;
	netif_stop_queue(nic->dev);
	mlx5ish_count(nic->counts.tx_stopped, 1);
	smp_mb();
	if (skb_queue_len_lockless(&peer->ring) <= RING_LOW)
		netif_start_queue(nic->dev);
}

static void wake_when_low(struct mlx5ish *nic)
{
	struct net_device *peer;

	smp_mb();
	rcu_read_lock();
	peer = rcu_dereference(nic->peer);
	if (peer && netif_queue_stopped(peer) && skb_queue_len_lockless(&nic->ring) <= RING_LOW)
		netif_wake_queue(peer);
	rcu_read_unlock();
}

static void put_on_wire(struct mlx5ish *nic, struct sk_buff_head *frames)
{
	const u32 packets = skb_queue_len(frames);
	struct net_device *peer;
	struct sk_buff *frame;
	u64 bytes = 0;

	skb_queue_walk(frames, frame)
		bytes += frame->len;
	rcu_read_lock();
	peer = rcu_dereference(nic->peer);
	if (peer && arrive(netdev_priv(peer), frames)) {
		mlx5ish_count(nic->counts.tx_packets, packets);
		mlx5ish_count(nic->counts.tx_bytes, bytes);
		stop_when_full(nic, netdev_priv(peer));
	} else {
		mlx5ish_count(nic->counts.tx_dropped, 1);
		__skb_queue_purge(frames);
	}
	rcu_read_unlock();
}

static void count_failure(struct mlx5ish *nic, int err)
{
	if (err == -EMSGSIZE)
		mlx5ish_count(nic->counts.tx_oversize, 1);
	else if (err == -EOPNOTSUPP)
		mlx5ish_count(nic->counts.tx_unknown, 1);
	else
		mlx5ish_count(nic->counts.tx_dropped, 1);
}

netdev_tx_t mlx5ish_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct mlx5ish *nic = netdev_priv(dev);
	struct sk_buff_head frames;
	int err;

	__skb_queue_head_init(&frames);
	skb_tx_timestamp(skb);
	err = mlx5ish_frames(nic, skb, &frames);
	if (err) {
		count_failure(nic, err);
		__skb_queue_purge(&frames);
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	consume_skb(skb);
	put_on_wire(nic, &frames);
	return NETDEV_TX_OK;
}

/* Only C-tags, as rx-vlan-hw-parse says. */
static void strip_tag(struct mlx5ish *nic, struct sk_buff *frame)
{
	const struct vlan_ethhdr *header = (struct vlan_ethhdr *)frame->data;
	u16 tci;

	if (frame->len < VLAN_ETH_HLEN || header->h_vlan_proto != htons(ETH_P_8021Q))
		return;
	tci = ntohs(header->h_vlan_TCI);
	memmove(frame->data + VLAN_HLEN, frame->data, 2 * ETH_ALEN);
	__skb_pull(frame, VLAN_HLEN);
	__vlan_hwaccel_put_tag(frame, htons(ETH_P_8021Q), tci);
	mlx5ish_count(nic->counts.rx_vlan_stripped, 1);
}

/* What is behind one tag that was not stripped. */
static __be16 network_protocol(const struct sk_buff *frame)
{
	if (!eth_type_vlan(frame->protocol) || frame->len < VLAN_HLEN)
		return frame->protocol;
	return ((const struct vlan_hdr *)frame->data)->h_vlan_encapsulated_proto;
}

/* Over all bytes, whatever the headers say: what is wrong with them is the stack's to find. */
static void describe_checksum(struct mlx5ish *nic, struct sk_buff *frame)
{
	const __be16 type = network_protocol(frame);

	if (type != htons(ETH_P_IP) && type != htons(ETH_P_IPV6)) {
		mlx5ish_count(nic->counts.rx_csum_none, 1);
		return;
	}
	frame->csum = csum_partial(frame->data, frame->len, 0);
	frame->ip_summed = CHECKSUM_COMPLETE;
	mlx5ish_count(nic->counts.rx_csum_complete, 1);
}

static void describe_hash(struct sk_buff *frame)
{
	struct flow_keys keys;

	if (!skb_flow_dissect_flow_keys(frame, &keys, 0))
		return;
	skb_set_hash(frame, flow_hash_from_keys(&keys),
		     flow_keys_have_l4(&keys) ? PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
}

static void receive(struct mlx5ish *nic, struct sk_buff *frame)
{
	const netdev_features_t features = READ_ONCE(nic->dev->features);

	mlx5ish_count(nic->counts.rx_packets, 1);
	mlx5ish_count(nic->counts.rx_bytes, frame->len);
	if (features & NETIF_F_HW_VLAN_CTAG_RX)
		strip_tag(nic, frame);
	frame->protocol = eth_type_trans(frame, nic->dev);
	skb_reset_network_header(frame);
	if (features & NETIF_F_RXCSUM)
		describe_checksum(nic, frame);
	if (features & NETIF_F_RXHASH)
		describe_hash(frame);
	skb_record_rx_queue(frame, 0);
	napi_gro_receive(&nic->napi, frame);
}

int mlx5ish_poll(struct napi_struct *napi, int budget)
{
	struct mlx5ish *nic = container_of(napi, struct mlx5ish, napi);
	struct sk_buff *frame;
	int done = 0;

	while (done < budget) {
		spin_lock(&nic->ring.lock);
		frame = __skb_dequeue(&nic->ring);
		spin_unlock(&nic->ring.lock);
		if (!frame)
			break;
		receive(nic, frame);
		done++;
	}
	wake_when_low(nic);
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}
