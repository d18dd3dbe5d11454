#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs clang-tidy on many files in the time of a few: it spends most of it in the headers, and here
# it reads them once for all files, which it sees as one.
#
#   tidy.sh CLANG CLANG-TIDY FILE... -- FLAG...
#
# Files that do not go together, each having some name for itself, are read in turns. Where files
# together do not pass, each is read alone, and what is said then counts. Exit status 1 and the
# findings on stdout if there are any.
set -uo pipefail

clang=$1 tool=$2
shift 2
files=()
while [[ $1 != -- ]]; do
    files+=("$1")
    shift
done
flags=("$@")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# together FILE...: the path of one that includes them all.
together()
{
    printf '#include "%s" // NOLINT(bugprone-suspicious-include)\n' "$@" >"$work/all.cpp"
    echo "$work/all.cpp"
}

# strangers FILE...: those in which the compiler finds an error when it sees all. Whence an error
# comes is in the lines before it; a note has such lines of its own.
strangers()
{
    "$clang" -fsyntax-only -w -ferror-limit=0 "$(together "$@")" "${flags[@]:1}" 2>&1 |
        awk -v files="$*" '
            /^In file included from / { sub(/^In file included from /, ""); came = came " " $0; next }
            / error: / { count = split(came " " $0, word, /[ :]/)
                         for (i = 1; i <= count; i++) { sub(/^\.\//, "", word[i]); bad[word[i]] } }
            / (error|warning|note): / { came = "" }
            END { count = split(files, file, " ")
                  for (i = 1; i <= count; i++) if (file[i] in bad) print file[i] }'
}

tidy() { "$tool" --config-file=.clang-tidy --quiet "$1" "${flags[@]}" 2>/dev/null; }

# alone FILE...
alone()
{
    local file status=0
    for file; do tidy "$file" || status=1; done
    return $status
}

status=0
while ((${#files[@]} > 1)); do
    mapfile -t later < <(strangers "${files[@]}")
    mapfile -t now < <(printf '%s\n' "${files[@]}" | grep -vxF -f <(printf '%s\n' "${later[@]}" /))
    if ((${#now[@]} == 0)); then break; fi
    tidy "$(together "${now[@]}")" >/dev/null || alone "${now[@]}" || status=1
    files=("${later[@]}")
done
alone "${files[@]}" && exit $status
exit 1
