#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds ip_vs.ko with and without the inner MAC header fix from the distribution's own source, out
# of tree, without root and without installed headers, and proves what the difference is.
#
#   build.sh HEADERS IMAGE SOURCE OUT
#
#   HEADERS  where the kernel's headers packages (configured, common, linux-kbuild) were unpacked
#            with `dpkg -x`; nothing is written there
#   IMAGE    that kernel's vmlinuz (or an ELF vmlinux with .BTF)
#   SOURCE   net/netfilter/ipvs of the kernel's source, of exactly the image's version; only read
#   OUT      created; afterwards holds
#              vulnerable/ip_vs.ko  patched/ip_vs.ko      with .BTF, without debug information
#              vulnerable/proof.diff  patched/proof.diff  variant's source against SOURCE
#              proof.txt                                  what prove.sh found
#              build.log
#
# Both are built in one go: they share all objects but one, and the proof needs both. Schedulers and
# helpers stay the image's own: the build fails unless every symbol ip_vs exports has the CRC that
# HEADERS' Module.symvers gives.
#
# Exit status: 0 built and proven; 1 it does not build or the proof fails (one line on stderr,
# details in OUT/build.log); 2 usage, a bad input or a missing tool. Same inputs, same bytes: no
# time or path gets in. Two runs may go on at once when their OUT differ.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
# shellcheck source=kernel/variants/lib.sh
source "$here/lib.sh"

readonly subdir=net/netfilter/ipvs
readonly xmit=ip_vs_xmit.c
readonly line='skb_set_inner_mac_header(skb, skb_inner_network_offset(skb));'
readonly functions=(ip_vs_tunnel_xmit ip_vs_tunnel_xmit_v6)

# make_source VARIANT MODE: a copy of SOURCE with the semantic patch applied in that mode.
make_source()
{
    local tree=$work/$1/$subdir
    mkdir -p "$tree" "$out/$1"
    cp "$source"/{Makefile,*.c} "$tree/"
    spatch --very-quiet --sp-file "$here/../inner-mac.cocci" -D "$2" "$source/$xmit" \
        -o "$tree/$xmit" >>"$log" 2>&1 ||
        die $exit_failed "$source/$xmit: spatch fails: $(tail -n1 "$log"): see $log"
    (cd "$work" && diff -U 3 --label "a/$subdir/$xmit" --label "b/$subdir/$xmit" \
        "$source/$xmit" "$tree/$xmit") >"$out/$1/proof.diff" || (($? == 1))
}

# build_variant VARIANT: in one directory for both, so that make rebuilds what differs only.
build_variant()
{
    local tree=$work/build/$subdir
    cmp -s "$work/$1/$subdir/$xmit" "$tree/$xmit" || cp "$work/$1/$subdir/$xmit" "$tree/"
    kbuild "$work/build" "$subdir"
    check_exports "$tree/Module.symvers"
    finish "$tree/ip_vs.ko" "$work/vmlinux" "$out/$1/ip_vs.ko"
}

# check_exports SYMVERS: the image's other modules must load against what was built.
check_exports()
{
    local stock built
    stock=$(awk -F '\t' -v m=$subdir/ip_vs '$3 == m { print $2, $1 }' \
        "$kernel_dir/Module.symvers" | sort)
    built=$(awk -F '\t' '{ print $2, $1 }' "$1" | sort)
    [[ -n $stock ]] || die $exit_input "$kernel_dir/Module.symvers: lists no symbol of ip_vs: not a kernel with IPVS"
    [[ $stock == "$built" ]] ||
        die $exit_failed "$source: exported symbol $(diff <(echo "$stock") <(echo "$built") |
            awk '/^[<>]/ { print $2; exit }') has another CRC than the image's: give the source of exactly kernel $release"
}

(($# == 4)) || { usage >&2; exit $exit_input; }
headers=$1 image=$2 source=$3
need_tools
need spatch coccinelle
find_headers "$headers"
[[ -f $source/$xmit ]] || die $exit_input "$source: no $xmit: give net/netfilter/ipvs of the kernel's source"
source=$(realpath "$source")
make_output "$4"

unpack_image "$image" "$work/vmlinux"
make_source vulnerable revert
make_source patched patch

mkdir -p "$work/build/$subdir"
cp "$work/patched/$subdir"/* "$work/build/$subdir/"
# Only the core: kbuild prefers this file to the directory's Makefile.
# shellcheck disable=SC2016 # $(src) is for make
printf 'include $(src)/Makefile\nobj-m := ip_vs.o\n' >"$work/build/$subdir/Kbuild"
build_variant patched
build_variant vulnerable

"$here/prove.sh" source "$work"/{vulnerable,patched} "$line" "${functions[@]}" >"$work/proof.txt"
"$here/prove.sh" module "$out"/{vulnerable,patched}/ip_vs.ko "${functions[@]}" >>"$work/proof.txt"
mv "$work/proof.txt" "$out/"
