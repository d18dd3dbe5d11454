# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Shared by the scripts of this directory: building modules against headers that were unpacked, not
# installed. Sourced with `set -euo pipefail` in force; writes only where its caller says.

# Exit codes of every script here.
readonly exit_failed=1 # a build or a proof failed
readonly exit_input=2  # usage, an input that is not what it should be, a missing tool

# Everything below must give the same bytes in every locale and for every user.
export LC_ALL=C TZ=UTC
export KBUILD_BUILD_TIMESTAMP='1970-01-01' KBUILD_BUILD_USER=gueway KBUILD_BUILD_HOST=gueway
# The caller may be a make of its own; its flags and job server are not for the kernel's.
unset MAKEFLAGS MFLAGS MAKELEVEL KCFLAGS KCPPFLAGS CPATH C_INCLUDE_PATH
umask 022
# An ordinary user's has no sbin, where spatch finds ldconfig, by which it finds libpython.
PATH=$PATH:/usr/sbin:/sbin

# die CODE "object: what is wrong: remedy"
die()
{
    printf '%s: %s\n' "${0##*/}" "$2" >&2
    exit "$1"
}

# make_output OUT: creates it, and sets $out, $work (removed when the script ends) and $log.
make_output()
{
    mkdir -p "$1" 2>/dev/null || die $exit_input "$1: cannot be created: give a directory you may write to"
    out=$(realpath "$1")
    [[ $out != *[[:space:]:]* ]] ||
        die $exit_input "$out: has a blank or a colon, which the kernel's make cannot take: give another path"
    mkdir "$out/.work" 2>/dev/null ||
        die $exit_input "$out/.work: cannot be created: another run uses $out, or was killed: remove it"
    work=$out/.work log=$out/build.log
    trap 'rm -rf "$work"' EXIT
    : >"$log"
}

# need PROGRAM PACKAGE
need()
{
    command -v "$1" >/dev/null || die $exit_input "$1: not found: install package $2"
}

# The lines of a script's header comment, without their comment signs.
usage()
{
    sed -n '3,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"
}

# find_headers ROOT: sets $kernel_dir (configured headers), $common_dir (the Makefile and the rest)
# and $release. ROOT holds one kernel's headers packages as `dpkg -x` leaves them. The configured
# Makefile includes an absolute path of /usr/src, so make is started with the common one instead.
find_headers()
{
    local symvers
    symvers=("$1"/usr/src/linux-headers-*/Module.symvers)
    [[ -f ${symvers[0]} ]] ||
        die $exit_input "$1: no usr/src/linux-headers-*/Module.symvers: unpack the kernel's headers packages there"
    ((${#symvers[@]} == 1)) ||
        die $exit_input "$1: headers of ${#symvers[@]} kernels: unpack one kernel's only"
    kernel_dir=$(realpath "${symvers[0]%/*}")
    common_dir=$(sed -n 's|^include .*/\([^/]*\)/Makefile$|\1|p' "$kernel_dir/Makefile")
    common_dir=${kernel_dir%/*}/$common_dir
    [[ -f $common_dir/Makefile ]] ||
        die $exit_input "$common_dir: missing: unpack the common headers package into $1"
    [[ -x $kernel_dir/scripts/mod/modpost ]] ||
        die $exit_input "$kernel_dir/scripts: no modpost: unpack the linux-kbuild package into $1"
    release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' \
        "$kernel_dir/include/generated/utsrelease.h")
}

# number FILE OFFSET SIZE: an unsigned little-endian integer; 0 past the end of the file.
number()
{
    local value
    value=$(od -An -t "u$3" -j "$2" -N "$3" "$1" 2>/dev/null | tr -d ' ') || value=
    echo "${value:-0}"
}

# unpack_image IMAGE OUT: the ELF kernel inside a bzImage (an ELF file is taken as it is), with its
# .BTF. Offsets: Documentation/arch/x86/boot.rst, header fields setup_sects, kernel_version,
# payload_offset and payload_length. Dies unless the image is of $release.
unpack_image()
{
    local image=$1 out=$2 offset length tool version
    [[ -r $image ]] || die $exit_input "$image: cannot be read: give the kernel image"
    if [[ $(number "$image" 0 4) == 1179403647 ]]; then # \x7fELF
        ln -s "$(realpath "$image")" "$out"
        return
    fi
    [[ $(number "$image" $((0x202)) 4) -ge $((0x208)) && $(number "$image" $((0x1fe)) 2) == 43605 ]] ||
        die $exit_input "$image: not a bzImage: give the distribution's vmlinuz"
    version=$(tail -c +$(($(number "$image" $((0x20e)) 2) + 0x200 + 1)) "$image" |
        head -c 256 | sed -z 's/ .*//;q' | tr -d '\0') || true
    [[ $version == "$release" ]] ||
        die $exit_input "$image: is kernel $version, the headers are $release: give both of one version"
    offset=$((($(number "$image" $((0x1f1)) 1) + 1) * 512 + $(number "$image" $((0x248)) 4)))
    length=$(number "$image" $((0x24c)) 4)
    case $(number "$image" "$offset" 4) in
    407642370) need lz4 lz4 && tool=lz4 ;;     # 02 21 4c 18
    1484404733) need xz xz-utils && tool=xz ;; # fd 37 7a 58
    4247762216) need zstd zstd && tool=zstd ;; # 28 b5 2f fd
    *) die $exit_input "$image: payload is not of LZ4, XZ or Zstandard: give a kernel packed with one of them" ;;
    esac
    # The payload ends with four bytes of its unpacked size, which no decompressor wants to see.
    tail -c +$((offset + 1)) "$image" 2>/dev/null | head -c $((length - 4)) |
        $tool -dc >"$out" 2>>"$log" || true # tail's pipe is cut short; what came out is checked:
    objdump -h -j .BTF "$out" >/dev/null 2>&1 ||
        die $exit_input "$image: $tool makes no ELF with a .BTF section of it: give a whole kernel with CONFIG_DEBUG_INFO_BTF"
}

# What was configured for the kernel's own compiler and is not for ours; a word of make's command line
# wins over auto.conf's. GCC 14 brought -fmin-function-alignment: without it kbuild asks for
# -falign-functions. BTF is added by finish.
readonly not_ours=(CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT= CONFIG_DEBUG_INFO_BTF_MODULES=)

# kbuild WORK SUBDIR: runs the kernel's build on WORK/SUBDIR; paths in the modules start at SUBDIR,
# as they do in the kernel's own build. With one compiler for all kernels, whatever each was built
# with: what a module shares with the kernel does not depend on it, and modpost compares the CRCs.
kbuild()
{
    local work=$1 dir=$1/$2
    make -C "$kernel_dir" -f "$common_dir/Makefile" KBUILD_OUTPUT="$kernel_dir" M="$dir" \
        CC=gcc-12 "${not_ours[@]}" -j "$(nproc)" modules \
        KCFLAGS="-ffile-prefix-map=$work/= -ffile-prefix-map=$common_dir/= -ffile-prefix-map=$kernel_dir=." \
        >>"$log" 2>&1 ||
        die $exit_failed "$dir: does not build: $(grep -m1 -E 'error|Error|ERROR' "$log" || tail -n1 "$log"): see $log"
}

# finish MODULE VMLINUX OUT: adds BTF on top of VMLINUX's and writes OUT without debug information.
# One thread, for the order of types must not depend on the machine.
finish()
{
    local module=$1 vmlinux=$2 out=$3
    cp "$module" "$out.tmp"
    LLVM_OBJCOPY=objcopy pahole -J --btf_gen_floats --lang_exclude=rust --btf_base "$vmlinux" \
        "$out.tmp" >>"$log" 2>&1 ||
        die $exit_failed "$out: pahole: $(tail -n1 "$log"): see $log"
    objcopy --strip-debug "$out.tmp"
    objdump -h -j .BTF "$out.tmp" >/dev/null 2>&1 ||
        die $exit_failed "$out: has no .BTF section after pahole: see $log"
    ! objdump -h -j .BTF_ids "$out.tmp" >/dev/null 2>&1 ||
        die $exit_failed "$out: uses BTF ids, which need resolve_btfids: not supported"
    mv "$out.tmp" "$out"
}

need_tools()
{
    need make make
    need gcc-12 gcc-12
    need ld binutils
    need pahole pahole
}
