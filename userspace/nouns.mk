# SPDX-License-Identifier: GPL-2.0-only
# The nouns of userspace/: whom each may include, and what it links. `make lint` holds the
# includes to this table, and the linker lines are made from it, so that it cannot go stale.

nouns := util klog encap netlink ipvs ipvsadm fou config plan flow link director worker topology report guest lab demo drops packet filter probe trace verdict incident scenario hotfix mitigate doctor matrix exact

klog_uses     :=
encap_uses    := util
netlink_uses  := util
ipvs_uses     := netlink encap util
fou_uses      := netlink util
ipvsadm_uses  := ipvs netlink encap util
config_uses   := ipvs encap util
flow_uses     := util
plan_uses     := util
link_uses     := netlink util
director_uses := plan config ipvs link encap netlink report util
worker_uses   := plan config fou link encap util
topology_uses := link encap util
report_uses   := util
demo_uses     := report flow util
guest_uses    := util lab
lab_uses      := klog util
drops_uses    := util
packet_uses   := encap util
filter_uses   := util
probe_uses    := util
trace_uses    := probe packet filter drops encap util
verdict_uses  := trace drops packet ipvs fou link encap util
incident_uses := topology config drops demo flow util
hotfix_uses   := link util
mitigate_uses := plan ipvs link encap netlink util
doctor_uses   := hotfix mitigate config ipvs link encap packet netlink report util
matrix_uses   := klog topology ipvs fou packet drops encap link report util
exact_uses    := report util
scenario_uses := incident verdict trace probe topology util

netlink_libs := -lmnl
# Static where Debian has it so: directorctl_link in tools/programs.mk says why.
config_libs := -l:libyaml-cpp.a
link_libs := -l:libnl-route-3.a -l:libnl-3.a
lab_libs  := -lcrypto
probe_libs := -lbpf
filter_libs := -lpcap
trace_libs := -ldw -lelf

# Tests of more than their noun, or of what is no noun.
kernel_test_uses := util
probe_test_uses  := probe link
director_test_uses := director topology
director_cost_test_uses := director link
director_cost_test_shares := tests/lab/director/fixture.cpp
differential_test_uses := ipvsadm link
worker_test_uses := worker director topology flow
trace_test_uses  := trace link
incident_test_uses := incident trace drops
hotfix_test_uses := incident hotfix
mitigate_test_uses := incident mitigate
lockdown_test_uses := hotfix
mitigate_filters_test_uses := link
doctor_test_uses := doctor incident
doctor_kernels_test_uses := incident
follow_test_uses := incident trace
kernel_filter_test_uses := filter probe
verdict_test_uses := scenario link netlink
innermac_test_uses := scenario
opinion_test_uses := incident
pwru_whole_test_uses := incident
counts_test_uses := trace link
pressure_test_uses := trace link
startup_test_uses := util
host_test_uses   := lab demo matrix
mlx5ish_test_uses := incident packet
mlx5ish_life_test_uses := topology
mlx5ish_life_test_shares := tests/lab/mlx5ish/device.cpp
mlx5ish_director_test_uses := incident packet
mlx5ish_director_test_shares := $(patsubst %,tests/lab/mlx5ish/%.cpp,device sniffer transfer)
trees_test_uses  := lab
capture_test_uses := packet link
