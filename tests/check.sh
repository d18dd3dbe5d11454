#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the parts of `make check`, counts their tests, says what each took against its budget, and
# ends with the plain line "N passed, N failed, N skipped".
#
#   check.sh PART...      a part is a function below; run from the top of the checkout after a build
#
# Every part prints as it goes and reports its counts with `tally`. A part that could not run at all
# counts as one failure. Exit status 1 if anything failed or nothing ran.
set -uo pipefail

passed=0 failed=0 skipped=0
report=()
suite=tests/lab/suite
netlab=build/bin/netlab
# How many guests run at once: they wait much, for links, timers and each other.
guests=4
# The tests that are for `make check-all`, by name; tables say it of theirs.
whole='Whole*:*.Whole*'

tally() { passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3)); }

# Seconds that a part may take, downloads aside. Those of `make check` sum to 20 minutes.
declare -A budget=([build]=480 [lint]=10 [analyze]=1800 [unit]=30 [host]=190 [lab]=490 [kernels]=1750)

# count_gtest OUTPUT: the figures of GoogleTest's closing lines.
count_gtest()
{
    awk '/^\[  PASSED  \]/ { p = $4 } /^\[  SKIPPED \] [0-9]+ test/ { s = $4 }
         /^\[  FAILED  \] [0-9]+ test/ { f = $4 } END { print p + 0, f + 0, s + 0 }' "$1"
}

# run_one DIRECTORY NAME PROGRAM [ARGUMENT...]: a GoogleTest program; its output in a file of that name,
# and a line in the file `failed` when it ends with another status than 0.
run_one()
{
    local directory=$1 name=$2
    shift 2
    "$@" >"$directory/${name//\//_}.out" 2>&1 || echo "$name: $?" >>"$directory/failed"
}
export -f run_one

# run_each DIRECTORY AT_ONCE PROGRAM [ARGUMENT...]: each of its tests in a process of its own, so many at
# once.
run_each()
{
    local directory=$1 at_once=$2
    shift 2
    "$@" --gtest_list_tests | awk '/^[^ ]/ { suite = $1 } /^ / { print suite $1 }' |
        xargs -P "$at_once" -I{} bash -c 'run_one "$@"' - "$directory" {} "$@" --gtest_filter={}
}

# gtest [-AT_ONCE] PROGRAM [ARGUMENT...]: shows the output only when something is wrong; reasons of
# skips, and what was "compared: ", always. AT_ONCE: each test by itself, so many at once.
gtest()
{
    local directory output counts sum=(0 0 0)
    directory=$(mktemp -d)
    if [[ $1 == -* ]]; then
        run_each "$directory" "${1#-}" "${@:2}"
        shift
    else
        run_one "$directory" all "$@"
    fi
    while read -r output; do
        read -ra counts < <(count_gtest "$output")
        grep -h '^compared: ' "$output" | sed 's/^/  /'
        if ((counts[2] > 0)); then grep -B1 'SKIPPED \] .*ms' "$output"; fi
        if ((counts[0] + counts[1] + counts[2] == 0)); then counts[1]=1; fi # it died, or has none
        if ((counts[1] > 0)); then cat "$output"; fi
        for i in 0 1 2; do ((sum[i] += counts[i])); done
    done < <(find "$directory" -name '*.out')
    if [[ -e $directory/failed ]]; then
        cat "$directory/failed"
        if ((sum[1] == 0)); then sum[1]=1; fi
    elif ((sum[0] + sum[1] + sum[2] == 0)); then
        sum[1]=1 # there is none
    fi
    printf '  %-28s %4d passed, %d failed, %d skipped\n' "${1#build/tests/}" "${sum[@]}"
    tally "${sum[@]}"
    rm -rf "$directory"
}

# one NAME COMMAND...: a check that passes or fails as a whole.
one()
{
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        printf '  ok      %s\n' "$name"
        tally 1 0 0
    else
        printf '%s\n  FAILED  %s: %s\n' "$output" "$name" "$*"
        tally 0 1 0
    fi
}

submake() { make --no-print-directory -j"$(nproc)" "$@"; }

# Shows its progress; the rest has nothing to run without it.
build()
{
    if ! submake programs tests; then
        printf '  FAILED  build\n0 passed, 1 failed, 0 skipped\n'
        exit 1
    fi
    tally 1 0 0
}

lint()
{
    for target in format includes shell headers; do
        one "lint: $target" submake "lint-$target"
    done
}

analyze()
{
    for target in tidy tidy-tests analyze; do one "lint: $target" submake "lint-$target"; done
    one "mutants of the oracle" tests/mutation/oracle.sh
}

unit()
{
    for program in build/tests/unit/*; do gtest "$program"; done
    for program in build/tests/corpus/*; do
        one "corpus: ${program##*/}" "$program" "tests/fuzz/corpus/${program##*/}"
    done
}

# On the host, booting guests through netlab as a user does.
host()
{
    gtest -$guests build/tests/lab/host --gtest_filter="-$whole"
    gtest build/tests/lab/trees --gtest_filter='*/6_1'
}

# suite_of TABLE: a `netlab suite` run, shown in one piece. When it fails and no test did, it could not
# run, which counts as one that did.
suite_of()
{
    local output
    output=$("$netlab" suite --timeout 600 --filter "-$whole" "$1" 2>&1) ||
        grep -q ' passed, [1-9].* failed, .* skipped$' <<<"$output" ||
        output+=$'\n'"  FAILED  $(cat "$1")"$'\n0 passed, 1 failed, 0 skipped'
    printf '%s\n' "$output"
}

# in_guests TABLE: the paragraphs of the table, each in guests of its own.
in_guests()
{
    local parts counts tables
    parts=$(mktemp -d)
    awk -v RS= -v to="$parts" '/(^|\n)[^#]/ { printf "%s\n", $0 >sprintf("%s/%03d", to, NR) }' "$1"
    tables=("$parts"/*)
    printf '%s\n' "${tables[@]}" | xargs -P "$guests" -I{} bash -c 'suite_of "$@"' - {} |
        tee "$parts/output" | grep -v 'passed,.*failed,.*skipped$'
    read -ra counts < <(awk '/ passed, .* failed, .* skipped$/ { p += $1; f += $3; s += $5 }
                             END { print p + 0, f + 0, s + 0 }' "$parts/output")
    tally "${counts[@]}"
    rm -rf "$parts"
}
export -f suite_of
export netlab whole

lab() { in_guests "$suite"; }

kernels()
{
    gtest build/tests/lab/trees
    gtest build/tests/lab/host --gtest_filter="$whole"
    in_guests tests/lab/suite-all
}

run_part()
{
    local begin=$SECONDS before=$((passed + failed + skipped))
    printf '== %s\n' "$1"
    "$1"
    if ((passed + failed + skipped == before)); then
        printf '  FAILED  %s: no test ran\n' "$1"
        tally 0 1 0
    fi
    report+=("$(printf '%-10s %5d s of %5d s' "$1" $((SECONDS - begin)) "${budget[$1]}")")
}

for part in "$@"; do run_part "$part"; done
printf '\ntime spent\n'
printf '  %s\n' "${report[@]}"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
((failed == 0 && passed > 0))
