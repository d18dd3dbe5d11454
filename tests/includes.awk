# SPDX-License-Identifier: GPL-2.0-only
# Whether every include in userspace/ follows the table of nouns.
#
#   awk -f includes.awk userspace/nouns.mk userspace/*/*.{h,cpp}
#
# An include of another noun must be in the includer's NOUN_uses, directly or through those it
# uses. Exit status 1 and a line for each that is not; 2 if the table is empty.

FILENAME ~ /nouns\.mk$/ {
    if ($1 ~ /_uses$/ && $2 == ":=") {
        noun = substr($1, 1, length($1) - 5)
        for (i = 3; i <= NF; i++) uses[noun, $i] = 1
    }
    if ($1 == "nouns") for (i = 3; i <= NF; i++) { known[$i] = 1; count++ }
    next
}

function reaches(from, to,    n)
{
    if (from == to || (from, to) in uses) return 1
    for (n in known) if ((from, n) in uses && reaches(n, to)) return 1
    return 0
}

/^#include "[a-z0-9_]+\// {
    split(FILENAME, path, "/")
    split($2, target, /["\/]/)
    if (target[2] in known && !reaches(path[2], target[2])) {
        printf "%s:%d: %s may not include %s (userspace/nouns.mk)\n", FILENAME, FNR, path[2], target[2]
        bad = 1
    }
}

END { exit count == 0 ? 2 : bad }
