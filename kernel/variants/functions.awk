# SPDX-License-Identifier: GPL-2.0-only
# Input: `objdump -drw --no-show-raw-insn` of a module, given twice (first pass: where functions
# begin). Output: one line per instruction, "SECTION FUNCTION: instruction", free of addresses, so
# that two builds can be compared function by function with diff. References into code sections
# become FUNCTION+offset; padding after a function is left out.

# Hexadecimal digits to a number (mawk has no strtonum).
function hex(text,    i, value) {
    for (i = 1; i <= length(text); i++)
        value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    return value
}

# The function of `section` that holds `address`, and how far into it that is.
function place(section, address,    i, best) {
    for (i = 1; i <= count[section]; i++)
        if (start[section, i] <= address) best = i
    return best ? sprintf("%s+%d", name[section, best], address - start[section, best]) \
                : sprintf("%s+%d", section, address)
}

# "R_X86_64_PC32 .text.unlikely+0x1b": the addend counts from the end of the four bytes.
function relocation(text,    part, base, addend) {
    split(text, part, /[ \t]+/)
    base = part[2]
    if (!match(base, /[-+]0x[0-9a-f]+$/)) return text
    addend = hex(substr(base, RSTART + 3)) * (substr(base, RSTART, 1) == "-" ? -1 : 1)
    base = substr(base, 1, RSTART - 1)
    if (!(base in count)) return text
    if (part[1] ~ /PC32|PLT32/) addend += 4
    return part[1] " " place(base, addend)
}

function padding(text) {
    return text ~ /^(data16 |cs )*(nop[wl]?|xchg +%ax,%ax|int3|lea +0x0\(%[er]si[^)]*\),%[er]si)( |$)/
}

FNR == 1 { pass++ }

/^Disassembly of section / {
    section = substr($4, 1, length($4) - 1)
    if (pass == 1) count[section] += 0
    next
}

/^[0-9a-f]+ <.*>:$/ {
    current = substr($2, 2, length($2) - 3)
    held = ""
    if (pass == 1) {
        name[section, ++count[section]] = current
        start[section, count[section]] = hex($1)
    } else {
        # Static functions of one name in several files: first, second, ...
        if (seen[section, current]++) current = current "#" seen[section, current]
        print section " " current ":"
    }
    next
}

pass == 2 && /^ *[0-9a-f]+:\t/ {
    fields = split($0, field, "\t")
    text = field[2]
    sub(/ +# [0-9a-f]+ <.*>$/, "", text)                           # what %rip plus nothing is
    if (match(text, /[0-9a-f]+ <[^>]*>$/)) text = substr(text, 1, RSTART - 1) \
        substr(text, RSTART + index(substr(text, RSTART), "<") - 1)  # jump target: name only
    gsub(/ +$/, "", text)
    if (fields > 2) sub(/<.*>$/, "", text)
    for (i = 3; i < fields; i += 2) {
        sub(/^[ 0-9a-f]+: /, "", field[i])
        text = text " {" relocation(field[i] "\t" field[i + 1]) "}"
    }
    line = section " " current ": " text "\n"
    if (padding(text)) { held = held line; next }
    printf "%s%s", held, line
    held = ""
}
