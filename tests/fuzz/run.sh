#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs one fuzz target and says in one line what came of it, with the share of its parser's lines
# that its corpus reaches.
#
#   run.sh NAME SECONDS [SOURCE...]   from the top of the checkout, build/fuzz/NAME being built
#
# It starts from tests/fuzz/corpus/NAME and from what earlier runs kept in build/fuzz/corpus/NAME.
# An input that breaks the target's property is kept in build/fuzz/found/NAME and shown; exit
# status 1. So is it when the corpus reaches less than 90 % of the lines of a SOURCE.
set -uo pipefail
name=$1 seconds=$2
shift 2
program=build/fuzz/$name kept=build/fuzz/corpus/$name found=build/fuzz/found/$name
log=build/fuzz/$name.log least=90

# statistic NAME: a figure of libFuzzer's closing lines.
statistic() { awk -v name="stat::$1:" '$1 == name { print $2 }' "$log"; }

# lines_reached SOURCE...: "SOURCE PERCENT" for each, by replaying the corpus.
lines_reached()
{
    local profile=build/fuzz/$name.profile
    LLVM_PROFILE_FILE=$profile.raw "$program" -runs=0 "$kept" "tests/fuzz/corpus/$name" \
        >/dev/null 2>&1 || return
    llvm-profdata-19 merge -o "$profile" "$profile.raw" &&
        llvm-cov-19 export -summary-only -instr-profile "$profile" "$program" "$@" |
        python3 -c 'import json, os, sys
for file in json.load(sys.stdin)["data"][0]["files"]:
    print(os.path.relpath(file["filename"]), int(file["summary"]["lines"]["percent"]))'
}

mkdir -p "$kept" "$found"
export LLVM_PROFILE_FILE=/dev/null
if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$found/" "$kept" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
    printf '  %-16s %9d executions, %4d new units\n' "$name" \
        "$(statistic number_of_executed_units)" "$(statistic new_units_added)"
    (($# > 0)) || exit 0
    reached=$(lines_reached "$@")
    printf '%s\n' "$reached" | awk -v least="$least" -v wanted=$# '
        { printf "    %-40s %3d %% of lines%s\n", $1, $2, $2 < least ? ": too few" : ""; low += $2 < least }
        END { exit NR != wanted || low }'
    exit
fi
printf '  %-16s FOUND an input:\n' "$name"
grep -m 4 -E '^does not hold|runtime error|ERROR: |SUMMARY: ' "$log" | sed 's/^/    /'
reproducer=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
if [[ -n $reproducer ]]; then
    printf '    %s (again: %s %s), %d bytes:\n' "$reproducer" "$program" "$reproducer" \
        "$(stat -c %s "$reproducer")"
    head -c 2000 "$reproducer" | cat -A | sed 's/^/    | /'
    echo
else
    tail -5 "$log" | sed 's/^/    /'
fi
exit 1
