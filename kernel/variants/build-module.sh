#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the modules of one directory out of tree, without root and without installed headers.
#
#   build-module.sh HEADERS IMAGE SOURCE OUT
#
#   HEADERS  where the kernel's headers packages (configured, common, linux-kbuild) were unpacked
#            with `dpkg -x`; nothing is written there
#   IMAGE    that kernel's vmlinuz (or an ELF vmlinux with .BTF)
#   SOURCE   directory with a Kbuild file and the sources; copied, nothing is written there
#   OUT      created; afterwards holds every *.ko of SOURCE, with .BTF, without debug information,
#            and build.log
#
# Exit status: 0 built; 1 it does not build (one line on stderr, details in OUT/build.log);
# 2 usage, a bad input or a missing tool. Same inputs, same bytes: no time or path gets in.
# Two runs may go on at once when their OUT differ.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
# shellcheck source=kernel/variants/lib.sh
source "$here/lib.sh"

(($# == 4)) || { usage >&2; exit $exit_input; }
headers=$1 image=$2 source=$3
need_tools
find_headers "$headers"
[[ -f $source/Kbuild ]] || die $exit_input "$source: no Kbuild file: give a module's source directory"
source=$(realpath "$source")
make_output "$4"

unpack_image "$image" "$work/vmlinux"
name=${source##*/}
mkdir "$work/src"
cp -r "$source" "$work/src/$name"
kbuild "$work/src" "$name"
for module in "$work/src/$name"/*.ko; do
    finish "$module" "$work/vmlinux" "$out/${module##*/}"
done
