# shellcheck shell=bash disable=SC2034 # its variables are for those who read it in
#
# What every script of the harness shares: where things are, how it speaks, and an environment in which the make
# that started a script has no say in the builds that the script starts.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
guest=$root/kunit/guest
build=$root/.build
cache=${FLATMAP_CACHE:-$HOME/.cache/flatmap}

unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
export LC_ALL=C.UTF-8

# Everything the harness says about itself goes to standard error; standard output belongs to results.
say() {
	printf 'flatmap: %s\n' "$*" >&2
}

die() {
	say "$@"
	exit 1
}

# kunit_results LOG: what the suites said in a kernel log, which begins after the first process has started; before
# that the kernel prints results of its own, of no suites.
kunit_results() {
	sed '1,/Run \/init as init process/d' "$1"
}
