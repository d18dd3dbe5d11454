# SPDX-License-Identifier: GPL-2.0-only
# The Debian packages each door needs. As root they are installed when missing; otherwise they are
# named in one line. Included by the Makefile.

# To build the programs and to run the demo: compiler and libraries, QEMU, what the guest is made
# of, what builds ip_vs.ko.
demo_packages := g++ gcc-12 libcli11-dev libfmt-dev libmnl-dev libnl-route-3-dev libyaml-cpp-dev libssl-dev libxxhash-dev \
    nlohmann-json3-dev qemu-system-x86 busybox-static kmod iproute2 ethtool ipvsadm \
    coccinelle libpython3.11 pahole binutils lz4 xz-utils zstd ca-certificates debian-archive-keyring

check_packages := $(demo_packages) clang-19 clang-format-19 clang-tidy-19 libgtest-dev shellcheck cpio \
    libbpf-dev libdw-dev libelf-dev libpcap-dev bpftool libbenchmark-dev tshark libxml2-utils

bench_packages := $(demo_packages) libbenchmark-dev clang-19 libbpf-dev libdw-dev libelf-dev libpcap-dev bpftool
fuzz_packages  := $(demo_packages) clang-19 libclang-rt-19-dev llvm-19 python3-minimal
bare_packages  := debootstrap debian-archive-keyring git

installed = dpkg-query -W -f='$${db:Status-Status}\n' $(1) 2>/dev/null | grep -qx installed

# $(1) packages. Quick when all are there.
define need_packages
@missing=$$(for p in $(1); do $(call installed,$$p) || echo $$p; done); \
missing=$$(echo $$missing); \
if [ -z "$$missing" ]; then exit 0; fi; \
if [ $$(id -u) -ne 0 ]; then \
    echo "missing packages: as root, apt-get install $$missing" >&2; exit 1; fi; \
echo "installing: $$missing"; export DEBIAN_FRONTEND=noninteractive; \
apt() { apt-get -qq "$$@" >>$(B)/apt.log 2>&1 || { tail -5 $(B)/apt.log >&2; exit 1; }; }; \
install="install -y --no-install-recommends"; : >$(B)/apt.log; begin=$$SECONDS; \
apt update; apt $$install --download-only $$missing; fetched=$$SECONDS; \
apt $$install $$missing; \
echo "packages: $$((SECONDS - fetched)) s plus downloads: $$((fetched - begin)) s"
endef
