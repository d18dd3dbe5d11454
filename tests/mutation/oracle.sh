#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Whether the tests of the oracle would notice that it is wrong: it is made wrong, in a temporary
# copy, once for each line below, and the property tests (those against brute force, which know
# nothing of how it is written) must fail. Prints "N caught of N"; fails when a mutant survives.
#
#     bash tests/mutation/oracle.sh
set -eu
cd "$(dirname "$0")/../.."

# File in userspace/encap, sed -E expression # what is wrong then.
mutants=$(cat <<'END'
oracle.cpp    s/least_ipv4_mtu = 68/least_ipv4_mtu = 69/ # a byte more is asked of IPv4
oracle.cpp    s/\? shipment.family : path.underlay\);/? path.underlay : shipment.family);/ # the wrong family decides what is too little
oracle.cpp    s/remote && !shipment.partial/remote \&\& shipment.partial/ # an option where the checksum is done, and only there
oracle.cpp    s/std::max\(room, least_ipv6_mtu\)/room/ # IPv6 is told less than 1280
oracle.cpp    s/longest_arriving\(shipment\) <= mtu/longest_arriving(shipment) < mtu/ # what just fits is refused
oracle.cpp    s/longest_arriving\(shipment\) <= mtu/longest_arriving(shipment) <= mtu + 1/ # a byte too much goes through
oracle.cpp    s/path.pmtu_disc \|\| is_device\(path\)/path.pmtu_disc/ # a FOU interface heeds pmtu_disc
oracle.cpp    s/shipment.dont_fragment && \(/(/ # DF is not looked at
oracle.cpp    s/icmp_fragmentation_needed = 4/icmp_fragmentation_needed = 3/ # port unreachable
oracle.cpp    s/if \(length <= room_\)/if (length < room_)/ # what just fits is cut
oracle.cpp    s/device_ \? length : header_ \+ length/header_ + length/ # a tunnel's header is in the inner packet
oracle.cpp    s/\(device_ \? header_ : 0\)/0/ # inner fragments go out unwrapped
oracle.cpp    s/mtu_\(device_ \? room : path.mtu\)/mtu_(path.mtu)/ # inner fragments forget the tunnel
oracle.cpp    s/i < shipment.segments\(\)/i + 1 < shipment.segments()/ # the last segment is lost
oracle.cpp    s/unsigned i = 0; i < shipment/unsigned i = 1; i < shipment/ # the first segment is lost
oracle.cpp    s/if \(room < least_room/if (room <= least_room/ # just enough is too little
oracle.cpp    s/if \(path.mtu < least_mtu/if (path.mtu <= least_mtu/ # an underlay of 1280 is too little
oracle.cpp    s/path.mtu\) >= least_mtu/path.mtu) > least_mtu/ # a FOU interface of 1280 is too little
oracle.cpp    s/Fragments::inner : Fragments::outer/Fragments::outer : Fragments::inner/ # who is cut, the wrong way round
fragments.cpp s/fragment_header = 8/fragment_header = 0/ # no fragment header
fragments.cpp s/offset_unit = 8/offset_unit = 4/ # offsets count words
fragments.cpp s/data - offset > most/data - offset > step/ # the last is no longer than the others
fragments.cpp s/data - offset > most/data - offset >= most/ # what just fits is cut once more
fragments.cpp s/offset \+= step\)/offset += most)/ # offsets are not where the data is
fragments.cpp s/offset, false\}\)/offset, true})/ # the last says that there is more
shipment.cpp  s/\(payload - 1\) \/ gso_size \+ 1/payload \/ gso_size + 1/ # an empty segment at the end
shipment.cpp  s/\(payload - 1\) \/ gso_size \+ 1/payload \/ gso_size/ # a short last segment is lost
shipment.cpp  s/i \* gso_size/(i + 1) * gso_size/ # each is as long as the next
encap.cpp     s/gue_remote_option = 8/gue_remote_option = 4/ # half an option
encap.cpp     s/gre_checksum_field = 4/gre_checksum_field = 2/ # a checksum without its other half
encap.cpp     s/return udp_header;/return udp_header + 1;/ # FOU takes a byte too much
encap.cpp     s/udp_header \+ gue_header/gue_header/ # GUE without UDP
END
)

make --no-print-directory -s build/tests/unit/encap
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ulimit -v 4000000 # of those that never stop

# Whether the tests notice: "$work/$1" takes the place of that file.
tests_fail()
{
    local object=$work/object.o
    ${CXX:-g++} -std=c++23 -O1 -iquote userspace -iquote . -c "$work/$1" -o "$object" || exit 2
    # First come, first served: the object's functions, not the archive's.
    ${CXX:-g++} build/obj/tests/unit/encap/*.o "$object" build/lib/libencap.a build/lib/libutil.a \
        -lgtest_main -lgtest -o "$work/tests" || exit 2
    ! timeout 60 "$work/tests" --gtest_filter='OracleProperties.*' >"$work/log" 2>&1
}

for file in oracle fragments shipment encap; do
    cp "userspace/encap/$file.cpp" "$work"
    if tests_fail $file.cpp; then
        echo "oracle.sh: $file.cpp: the tests fail as it is: mend that first" >&2
        exit 2
    fi
done

caught=0 all=0
while read -r file how; do
    all=$((all + 1))
    expression=${how%% # *} what=${how#* # }
    sed -E "$expression" "userspace/encap/$file" >"$work/$file"
    if cmp -s "$work/$file" "userspace/encap/$file"; then
        echo "oracle.sh: $file: $expression changes nothing: the source has moved on" >&2
        exit 2
    fi
    if tests_fail "$file"; then
        caught=$((caught + 1))
    else
        echo "survives: $file: $what: $expression"
    fi
done <<<"$mutants"

echo "$caught caught of $all"
[ "$caught" = "$all" ]
