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
# that the kernel prints results of its own, of no suites. The first process prints a KTAP header, which new kernels
# repeat.
kunit_results() {
	sed '1,/Run \/init as init process/d' "$1" | awk '!(/\] KTAP version 1/ && header++)'
}

# kunit_expected: the cases of kunit/expected.txt that belong to the suites.
kunit_expected() {
	local suite
	for suite in "$root"/kunit/suites/*_test.c; do
		suite=${suite##*/}
		grep "^${suite%_test.c}\\." "$root/kunit/expected.txt"
	done
}
