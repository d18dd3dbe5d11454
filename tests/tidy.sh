#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs clang-tidy on many files in the time of a few: it spends most of it in the headers, and here
# it reads them once for all files, which it sees as one.
#
#   tidy.sh CLANG-TIDY FILE... -- FLAG...
#
# Where that one does not pass, be it for a finding or for two files that do not go together (a name
# that each has for itself), its halves are read, down to single files: what is said of those counts.
# Exit status 1 and the findings on stdout if there are any.
set -uo pipefail

tool=$1
shift
files=()
while [[ $1 != -- ]]; do
    files+=("$1")
    shift
done
flags=("$@")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tidy() { "$tool" --config-file=.clang-tidy --quiet "$1" "${flags[@]}" 2>/dev/null; }

# check FILE...
check()
{
    local part=("$@") half=$((($# + 1) / 2)) status=0
    if (($# == 1)); then
        tidy "$1"
        return
    fi
    printf '#include "%s" // NOLINT(bugprone-suspicious-include)\n' "$@" >"$work/all.cpp"
    tidy "$work/all.cpp" >/dev/null && return
    check "${part[@]:0:half}" || status=1
    check "${part[@]:half}" || status=1
    return $status
}

check "${files[@]}"
