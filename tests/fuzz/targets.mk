# SPDX-License-Identifier: GPL-2.0-only
# The fuzz targets, tests/fuzz/NAME.cpp, and the sources of userspace/ that each holds to its
# property. All of util/ comes along. The linker says what is missing here. NAME_covers are the
# parsers of which the corpus must reach 90 % of the lines.

fuzz_targets := $(patsubst tests/fuzz/%.cpp,%,$(wildcard tests/fuzz/*.cpp))

protocol_line_reads  := lab/protocol
plan_reads           := lab/protocol
judge_reads          := lab/judge klog/splats
packages_reads       := lab/packages
versions_reads       := lab/packages
catalogue_reads      := lab/record_json
drop_histogram_reads := drops/drop_histogram drops/tracing_instance
drop_reasons_reads   := $(drop_histogram_reads)
base64_reads         :=
wire_reads           := flow/wire flow/payload
stream_reads         := flow/stream flow/socket flow/endpoint flow/options flow/datagram $(wire_reads)
datagrams_reads      := flow/datagram flow/endpoint $(wire_reads)
flow_report_reads    := flow/report flow/report_json flow/options $(datagrams_reads)
demo_result_reads    := $(patsubst userspace/%.cpp,%,$(wildcard userspace/demo/*.cpp userspace/report/*.cpp))
netlink_reply_reads  := netlink/attributes netlink/message ipvs/codec ipvs/model encap/encap fou/port
netlink_reply_libs   := -lmnl
netlink_reply_covers := netlink/attributes ipvs/codec fou/port
config_reads  := $(patsubst userspace/%.cpp,%,$(wildcard userspace/config/*.cpp)) ipvs/model encap/encap
config_covers := config/document config/shape config/read config/check config/write
command_line_reads   := $(patsubst %,ipvsadm/%,grammar options endpoint save scheduler_flags) ipvs/model encap/encap
command_line_covers  := ipvsadm/grammar ipvsadm/scheduler_flags
restore_file_reads   := ipvsadm/lines
restore_file_covers  := ipvsadm/lines
