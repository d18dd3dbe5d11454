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

tally() { passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3)); }

# Seconds that a part may take, downloads aside. Those of `make check` sum to less than 25 minutes.
declare -A budget=([build]=300 [lint]=400 [analyze]=900 [unit]=20 [host]=190 [lab]=580 [kernels]=600)

# count_gtest OUTPUT: the figures of GoogleTest's closing lines.
count_gtest()
{
    awk '/^\[  PASSED  \]/ { p = $4 } /^\[  SKIPPED \] [0-9]+ test/ { s = $4 }
         /^\[  FAILED  \] [0-9]+ test/ { f = $4 } END { print p + 0, f + 0, s + 0 }' "$1"
}

# gtest PROGRAM [ARGUMENT...]: shows the output only when something is wrong; reasons of skips always.
gtest()
{
    local output status
    output=$(mktemp)
    "$@" >"$output" 2>&1
    status=$?
    local counts
    read -ra counts < <(count_gtest "$output")
    if ((status != 0 && counts[1] == 0)); then counts[1]=1; fi
    if ((status != 0)); then cat "$output"; fi
    if ((counts[2] > 0)); then grep -B1 'SKIPPED \] .*ms' "$output"; fi
    printf '  %-28s %4d passed, %d failed, %d skipped\n' "${1#build/tests/}" "${counts[@]}"
    tally "${counts[@]}"
    rm -f "$output"
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
    for target in format includes shell headers tidy; do
        one "lint: $target" submake "lint-$target"
    done
}

analyze()
{
    for target in tidy-tests analyze; do one "lint: $target" submake "lint-$target"; done
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
    gtest build/tests/lab/host
    gtest build/tests/lab/trees --gtest_filter='*/6_1'
}

# in_guests ARGUMENT...: a `netlab suite` run, its own closing line taken apart.
in_guests()
{
    local output status counts
    output=$(mktemp)
    "$netlab" suite --timeout 600 "$@" | tee "$output" | grep -v 'passed,.*failed,.*skipped$'
    status=${PIPESTATUS[0]}
    read -ra counts < <(awk '/ passed, .* failed, .* skipped$/ { print $1, $3, $5 }' "$output")
    if ((${#counts[@]} != 3)); then counts=(0 1 0); fi
    if ((status != 0 && counts[1] == 0)); then counts[1]=1; fi
    tally "${counts[@]}"
    rm -f "$output"
}

lab() { in_guests "$suite"; }

kernels()
{
    gtest build/tests/lab/trees
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
