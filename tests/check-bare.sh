#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The README's two commands on a machine that has nothing yet: a freshly bootstrapped Debian 12 with
# `make` installed. First as root, who gets the packages by them; then as an ordinary user, with a
# home and a cache of his own. And, as root, the steps of the workflow in Documentation/ci.md, in
# their order, with its baseline made before and a few cells in place of all.
#
#   check-bare.sh [--only demo|check|ci] [--as root|user] [--keep] [--in DIR]
#
#   --only demo|check|ci   only this command, or the workflow
#   --as root|user      only as this user; for `user` root installs the packages, no more
#   --keep              leave the root in place and say where it is
#   --in DIR            use a root that --keep left: no bootstrap, and it stays
#
# Needs root, debootstrap, and apt sources with a Debian 12 mirror, which the new root gets too. What
# runs is HEAD of the checkout; changes that are not committed do not count. The root is made in
# TMPDIR (else /var/tmp). Each step has mount and process namespaces of its own, which nothing
# outlives, and a log in build/bare/. Ends with "bare: N steps passed, N failed"; status 1 if any
# failed, 2 if it cannot run here.
#
# shellcheck disable=SC2317 # functions that `step` calls by name
set -euo pipefail

readonly suite=bookworm
readonly keyring=/usr/share/keyrings/debian-archive-keyring.gpg
readonly needed_gb=4 # packages 1.3, the rest are cache and build of two users
readonly person=ordinary
readonly checkout=gueway # below the home of whoever runs it
readonly ci_page=Documentation/ci.md
# One that passes everywhere, one that a known bug strikes.
readonly ci_cells='--cell gue/in4/out4/udp/fits/whole --cell gue/in4/out4/tcp-gso/fits/wire'

die()
{
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 2
}

# --- inside the root ----------------------------------------------------------------------------

# Only what every machine has: no /dev/kvm, no /dev/net/tun.
mount_dev()
{
    local node
    mount -t tmpfs -o mode=755 dev dev
    for node in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
        read -r name major minor <<<"$node"
        mknod -m 666 "dev/$name" c "$major" "$minor"
    done
    ln -s /proc/self/fd dev/fd
    for node in 0:stdin 1:stdout 2:stderr; do ln -s "fd/${node%:*}" "dev/${node#*:}"; done
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    mount -t tmpfs -o mode=1777 shm dev/shm
}

# Processes other than this first one of its namespace, once they had time to go.
left_behind()
{
    local deadline=$((SECONDS + 3)) others
    while others=$(grep -Hs . /proc/[0-9]*/comm | sed -n 's|^/proc/\([0-9]*\)/comm:|\1 |p' |
        grep -vE '^(1|[0-9]+ (grep|sed|bash))( |$)'); do
        if ((SECONDS >= deadline)); then
            printf 'left behind: %s\n' "$others"
            return
        fi
        sleep 0.1
    done
    return 1
}

# enter ROOT USER COMMAND: runs COMMAND as a login of USER. For a fresh mount and process namespace.
# The root is pivoted to: within a mere chroot nobody may make user namespaces.
enter()
{
    local status=0
    mount --bind "$1" "$1"
    cd "$1"
    mount -t proc proc proc
    mount -t sysfs sysfs sys
    mount -t tmpfs -o mode=755 run run
    mount_dev
    pivot_root . .
    umount -l .
    cd /
    runuser -l "$2" -c "$3" </dev/null || status=$?
    if left_behind; then status=1; fi
    exit "$status"
}

# --- the root -----------------------------------------------------------------------------------

# Lines "URI SUITE": where this machine gets Debian 12 from. Without downloaded lists apt knows no
# origin and prints the word unexpanded.
sources()
{
    # shellcheck disable=SC2016 # the words are for apt
    apt-get indextargets \
        --format '$(CREATED_BY)|$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)' |
        awk -F '|' -v suite="$suite" '
            $1 == "Packages" && ($2 == "Debian" || $2 ~ /^\$/) && $4 == "main" &&
                $3 ~ "^" suite "(-updates|-security)?$" && !seen[$5, $3]++ { print $5, $3 }'
}

# Proxies, time-outs and the like, that the mirrors may not be reached without.
apt_options()
{
    apt-config dump | grep -E '^Acquire::(https?::|Retries|Check-Valid-Until|Check-Date)' |
        grep -v 'Proxy-Auto-Detect' || true
}

bootstrap()
{
    local http_proxy='' list mirror extra=()
    list=$(sources)
    mirror=$(awk -v suite="$suite" '$2 == suite { print $1; exit }' <<<"$list")
    eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
    if [[ -n $http_proxy ]]; then export http_proxy; fi
    if [[ $list == *https:* ]]; then extra=(--include=ca-certificates); fi
    debootstrap --variant=minbase --keyring="$keyring" "${extra[@]}" "$suite" "$root" "$mirror"
    awk -v keyring="$keyring" '{ print "deb [signed-by=" keyring "] " $1 " " $2 " main" }' \
        <<<"$list" >"$root/etc/apt/sources.list"
    apt_options >"$root/etc/apt/apt.conf.d/99machine"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    in_root root "useradd --create-home --shell /bin/bash $person"
}

# put_checkout USER HOME: what a clone of HEAD has in its working tree.
put_checkout()
{
    local place=$root$2/$checkout
    rm -rf "$place"
    mkdir "$place"
    git -c safe.directory='*' archive HEAD | tar -x -C "$place"
    in_root root "chown -R $1: $2/$checkout"
}

# --- steps --------------------------------------------------------------------------------------

# in_root USER COMMAND. In the background, so that a signal is heard at once; --default-signal takes
# back what that does to interrupts.
in_root()
{
    local status=0
    env --default-signal unshare --mount --pid --fork --kill-child \
        bash "$self" --enter "$root" "$1" "$2" 3>&- &
    inside=$!
    wait "$inside" || status=$?
    inside=
    return "$status"
}

# Ends the running step: its first process takes all others of its namespace along.
end_step()
{
    local first
    [[ -n $inside ]] || return 0
    read -r first <"/proc/$inside/task/$inside/children" || true
    if [[ -n $first ]]; then kill -KILL "$first" 2>/dev/null || true; fi
    wait "$inside" 2>/dev/null || true
}

clean_up()
{
    end_step
    if [[ -z $root ]]; then return; fi
    if $keep; then
        echo "kept: $root: run again with --in $root" >&3 # a step's output may be redirected
    else
        rm -rf --one-file-system "$root"
    fi
}

# downloads LOG: the seconds it says were spent on them ("downloads: 12.3 s").
downloads()
{
    awk '{ while (match($0, /downloads: [0-9.]+ s/)) {
               sum += substr($0, RSTART + 11, RLENGTH - 13)
               $0 = substr($0, RSTART + RLENGTH)
           } }
         END { printf "%d", sum + 0.5 }' "$1"
}

# step NAME COMMAND...: counts it, says what it took. The log's end is shown when it fails.
step()
{
    local name=$1 log=$logs/${1// /-}.log begin=$SECONDS verdict=ok fetch seconds
    shift
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        verdict=FAILED failed=$((failed + 1))
        tail -n 25 "$log"
    fi
    seconds=$((SECONDS - begin)) fetch=$(downloads "$log")
    printf '  %-7s %-26s %4d s' "$verdict" "$name" $((seconds - fetch))
    if ((fetch > 0)); then printf ' plus downloads: %d s' "$fetch"; fi
    printf '\n'
    [[ $verdict == ok ]]
}

finish()
{
    printf 'bare: %d steps passed, %d failed\n' "$passed" "$failed"
    ((failed == 0 && passed > 0))
    exit
}

# as USER COMMAND: in USER's checkout.
as()
{
    in_root "$1" "cd $checkout && $2"
}

# One clear line, and nothing done: packages are missing and the user is not root.
names_missing_packages()
{
    local said
    if said=$(as "$person" 'make demo' 2>&1); then
        echo "make demo passed without packages: $said"
        return 1
    fi
    echo "$said"
    grep -q 'missing packages: as root, apt-get install' <<<"$said" && [[ $(wc -l <<<"$said") -le 2 ]]
}

# The same for an archive that cannot be reached, and an empty cache that stays empty.
names_missing_archive()
{
    local said cache=/tmp/no-archive
    local command="GUEWAY_CACHE=$cache unshare --map-root-user --net make demo"
    if said=$(as "$person" "$command" 2>&1); then
        echo "make demo passed without network: $said"
        return 1
    fi
    echo "$said"
    grep -q 'check the network' <<<"$said" && [[ $(wc -l <<<"$said") -le 3 ]]
}

wanted() { [[ -z $only || $only == "$1" ]]; }
wanted_as() { [[ -z $who || $who == "$1" ]]; }

prepare()
{
    if ! $fresh; then return; fi
    step bootstrap bootstrap || finish
    step 'apt-get install make' in_root root \
        'apt-get -q update && apt-get -q install -y --no-install-recommends make' || finish
}

# The `run:` lines of the page's workflow, one a line; folded ones are put together.
ci_steps()
{
    awk '
        /^```/ { inside = /^```yaml/ && !seen++; next }
        !inside { next }
        match($0, /^ *- run: /) {
            command = substr($0, RSTART + RLENGTH)
            if (command == ">") { folded = RLENGTH; command = ""; next }
            print command; next
        }
        folded && match($0, /^ */) && RLENGTH > folded - 5 {
            command = command (command ? " " : "") substr($0, RLENGTH + 1); next
        }
        folded { print command; folded = 0 }' $ci_page
}

# What the page says makes the workflow's baseline.
ci_baseline()
{
    sed -n 's|^    \(build/bin/gsobench matrix .*--json ci/baseline.json\)$|\1|p' $ci_page
}

# in_ci COMMAND: as a runner has it, a shell that ends with what fails.
in_ci()
{
    echo "$1"
    as root "set -e; ${1/gsobench matrix/gsobench matrix $ci_cells}"
}

ci_results()
{
    as root 'cd out && ls -l matrix.json matrix.xml matrix.html && grep -q testsuites matrix.xml'
}

run_ci()
{
    local commands number=0 command
    mapfile -t commands < <(ci_steps)
    ((${#commands[@]} > 0)) || die "$ci_page: it has no steps"
    for command in "${commands[@]}"; do
        number=$((number + 1))
        if [[ $command == *--baseline* ]]; then
            step 'ci baseline' in_ci "$(ci_baseline)" || return 0
        fi
        step "ci step $number" in_ci "$command" || return 0
    done
    step 'ci results' ci_results || true
}

run_as_root()
{
    put_checkout root /root
    for command in demo check; do
        if wanted $command && wanted_as root; then
            step "$command as root" as root "make $command" || true
        elif wanted $command && wanted_as user; then
            step "packages of $command" as root "make need-$command" || true
        fi
    done
    if wanted ci && wanted_as root; then run_ci; fi
}

run_as_user()
{
    wanted_as user || return 0
    for command in demo check; do
        if wanted $command; then
            step "$command as $person" as $person "make $command" || true
        fi
    done
    if wanted demo; then step 'demo without network' names_missing_archive || true; fi
}

usage() { sed -n '3,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"; }

read_arguments()
{
    while (($#)); do
        case $1 in
        --only) only=${2-} ;;
        --as) who=${2-} ;;
        --in) root=$(realpath -e "${2-}") || die "${2-}: no such root: see --keep" ;;&
        --in) keep=true fresh=false ;;
        --keep) keep=true && shift && continue ;;
        --help) usage && exit ;;
        *) die "$1: unknown option: see --help" ;;
        esac
        shift 2 || die "$1: wants a value: see --help"
    done
    [[ $only =~ ^(demo|check|ci)?$ ]] || die "--only $only: demo, check or ci"
    [[ $who =~ ^(root|user)?$ ]] || die "--as $who: root or user"
}

check_machine()
{
    local place=${TMPDIR:-/var/tmp} free tool
    (($(id -u) == 0)) || die "a new root needs root: sudo make check-bare"
    for tool in debootstrap unshare pivot_root git; do
        command -v "$tool" >/dev/null || die "$tool: not found: apt-get install debootstrap git"
    done
    [[ -n $(sources | awk -v suite="$suite" '$2 == suite') ]] ||
        die "apt's sources: no mirror of $suite: add one to /etc/apt/sources.list"
    if ! $fresh; then return; fi
    free=$(df --output=avail -BG "$place" | tail -n 1 | tr -dc 0-9)
    ((free >= needed_gb)) ||
        die "$place: $free GB free, $needed_gb needed: set TMPDIR to a place with more"
    root=$(mktemp -d "$place/gueway-bare.XXXXXX")
    chmod 755 "$root"
}

self=$(realpath "$0")
if [[ ${1-} == --enter ]]; then
    shift
    enter "$@"
fi

only='' who='' root='' inside='' keep=false fresh=true passed=0 failed=0
read_arguments "$@"
cd "$(dirname "$self")/.."
logs=build/bare
mkdir -p $logs
exec 3>&1
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
check_machine
echo "bare: Debian 12 ($suite), $(git -c safe.directory='*' log -1 --format='%h %s')"
prepare
put_checkout $person /home/$person
if $fresh && wanted demo; then
    step 'demo without packages' names_missing_packages || true
fi
run_as_root
run_as_user
finish
