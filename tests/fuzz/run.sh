#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs one fuzz target and says in one line what came of it.
#
#   run.sh NAME SECONDS      from the top of the checkout, build/fuzz/NAME being built
#
# It starts from tests/fuzz/corpus/NAME and from what earlier runs kept in build/fuzz/corpus/NAME.
# An input that breaks the target's property is kept in build/fuzz/found/NAME and shown; exit
# status 1.
set -uo pipefail
name=$1 seconds=$2
program=build/fuzz/$name kept=build/fuzz/corpus/$name found=build/fuzz/found/$name
log=build/fuzz/$name.log

# statistic NAME: a figure of libFuzzer's closing lines.
statistic() { awk -v name="stat::$1:" '$1 == name { print $2 }' "$log"; }

mkdir -p "$kept" "$found"
if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$found/" "$kept" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
    printf '  %-16s %9d executions, %4d new units\n' "$name" \
        "$(statistic number_of_executed_units)" "$(statistic new_units_added)"
    exit 0
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
