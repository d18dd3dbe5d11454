/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between the kernels that this module builds on: 5.10 to the newest. */
#ifndef GUEWAY_MLX5ISH_COMPAT_H
#define GUEWAY_MLX5ISH_COMPAT_H

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/version.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define nla_strscpy nla_strlcpy
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#define mlx5ish_napi_add(dev, napi, poll) netif_napi_add(dev, napi, poll, NAPI_POLL_WEIGHT)
#define mlx5ish_configure(dev, header) rtnl_configure_link(dev, header)
#else
#define mlx5ish_napi_add(dev, napi, poll) netif_napi_add(dev, napi, poll)
#define mlx5ish_configure(dev, header) rtnl_configure_link(dev, header, 0, NULL)
#endif

/* The words of ->newlink, and where a peer without a namespace of its own goes. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define MLX5ISH_NEWLINK_WORDS                                                                      \
	struct net *source, struct net_device *dev, struct nlattr *tb[], struct nlattr *data[],    \
		struct netlink_ext_ack *extack
#define MLX5ISH_NEWLINK_UNPACK
#define mlx5ish_peer_net(attributes) rtnl_link_get_net(source, attributes)
#define MLX5ISH_PEER_TYPE
#else
#define MLX5ISH_NEWLINK_WORDS                                                                      \
	struct net_device *dev, struct rtnl_newlink_params *params, struct netlink_ext_ack *extack
#define MLX5ISH_NEWLINK_UNPACK struct nlattr **tb = params->tb, **data = params->data;
#define mlx5ish_peer_net(attributes) get_net(rtnl_newlink_peer_net(params))
#define MLX5ISH_PEER_TYPE .peer_type = VETH_INFO_PEER,
#endif

#endif
