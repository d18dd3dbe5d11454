#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Proves what the difference between two builds is, and nothing else.
#
#   prove.sh source A B LINE FUNCTION...   directory B is A plus the statement LINE, once in each
#                                          FUNCTION, in one file; nothing else differs
#   prove.sh module A B [FUNCTION...]      machine code of module B differs from A's in each
#                                          FUNCTION and in no other; constants, data, exported
#                                          symbols and versions of imports are the same
#
# Code is compared by instruction and relocation, addresses left out (functions.awk); the parts
# a compiler splits off (FUNCTION.cold, FUNCTION.part.0) count as FUNCTION.
#
# Exit status: 0 proven, and a line on stdout says what; 1 not so, and a line on stderr names the
# first thing that is otherwise; 2 usage, an input that cannot be read or a missing tool.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
# shellcheck source=kernel/variants/lib.sh
source "$here/lib.sh"

# function_at FILE NUMBER: the function whose definition holds that line, in kernel style (the
# name begins in the first column or follows the type on its line).
function_at()
{
    awk -v last="$2" 'NR > last { exit }
        /^[A-Za-z_].*\(/ && !/;$/ { sub(/ *\(.*/, ""); sub(/.*[ *]/, ""); name = $0 }
        END { print name }' "$1"
}

# added_lines A B: "NUMBER TEXT" of each line B has more; dies on a line that only A has.
added_lines()
{
    diff --unchanged-line-format= --old-line-format='- %L' --new-line-format='%dn %L' "$1" "$2" |
        sed 's/\([-0-9]*\)[[:space:]]*/\1 /' || true
}

prove_source()
{
    local a=$1 b=$2 line=$3 files name number text found
    shift 3
    [[ -d $a && -d $b ]] || die $exit_input "$a, $b: both must be source directories"
    files=$(diff -rq "$a" "$b") && die $exit_failed "$a: no difference to $b"
    [[ $files == "Files $a/"*" and $b/"*" differ" && $files != *$'\n'* ]] ||
        die $exit_failed "$b: more than one file differs from $a: $(head -n2 <<<"$files" | tail -n1)"
    name=${files##* and "$b"/}
    name=${name% differ}
    while read -r number text; do
        [[ $number != - ]] || die $exit_failed "$b/$name: lacks the line \"$text\" of $a"
        found=$(function_at "$b/$name" "$number")
        [[ $text == "$line" ]] || die $exit_failed "$b/$name:$number: has \"$text\" more, in $found"
        [[ " $* " == *" $found "* ]] || die $exit_failed "$b/$name:$number: \"$line\" is in $found"
        echo "$found"
    done < <(added_lines "$a/$name" "$b/$name") >"$temp/found"
    for found; do
        [[ $(grep -cx "$found" "$temp/found") == 1 ]] ||
            die $exit_failed "$b/$name: \"$line\" is not added exactly once in $found"
    done
    echo "source: $name differs by \"$line\", once in each of: $*"
}

# code MODULE OUT
code()
{
    objdump -drw --no-show-raw-insn "$1" >"$2.raw" 2>/dev/null ||
        die $exit_input "$1: objdump cannot read it: give a module"
    awk -f "$here/functions.awk" "$2.raw" "$2.raw" >"$2"
    [[ -s $2 ]] || die $exit_input "$1: holds no code: give a module"
}

# data MODULE OUT: what is not code and does not follow from where code lies.
data()
{
    local sections
    sections=$(objdump -hw "$1" | awk '
        $2 ~ /^(\.data|\.rodata|__versions$|__ksymtab|__kcrctab)/ { print "-j", $2 }' |
        sort -u)
    # shellcheck disable=SC2086 # two words a line
    [[ -z $sections ]] || objdump -s $sections "$1" | sed 1,3d >"$2"
    [[ -n $sections ]] || : >"$2"
}

prove_module()
{
    local a=$1 b=$2 differ other count
    shift 2
    code "$a" "$temp/a"
    code "$b" "$temp/b"
    differ=$({ diff "$temp/a" "$temp/b" || true; } |
        awk '/^[<>]/ { sub(/[.#:].*/, "", $3); print $3 }' | sort -u)
    for other in $differ; do
        [[ " $* " == *" $other "* ]] || die $exit_failed "$b: code differs from $a's in $other"
    done
    for other; do
        [[ $'\n'$differ$'\n' == *$'\n'$other$'\n'* ]] ||
            die $exit_failed "$b: code does not differ from $a's in $other"
    done
    data "$a" "$temp/a.data"
    data "$b" "$temp/b.data"
    cmp -s "$temp/a.data" "$temp/b.data" ||
        die $exit_failed "$b: data differ from $a's: $({ diff "$temp/a.data" "$temp/b.data" || true; } | sed -n 2p)"
    count=$(awk '/:$/ { sub(/[.:].*/, "", $2); print $2 }' "$temp/b" | sort -u | wc -l)
    echo "module: of $count functions these differ: ${*:-none}"
}

need objdump binutils
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
case ${1-}:$# in
source:[5-9]) prove_source "${@:2}" ;;
module:[3-9]) prove_module "${@:2}" ;;
*) usage >&2; exit $exit_input ;;
esac
