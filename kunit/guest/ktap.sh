# shellcheck shell=sh
# Test results from shell, here and in the guest: KTAP, a list of suites, each with a flat list of cases.

# shellcheck disable=SC3040 # bash and busybox both have it
set -o pipefail
ktap_suites=0
ktap_cases=0
echo 'KTAP version 1'

# ktap_case NAME COMMAND...: passes if the command succeeds; what the command prints is kept as diagnostics.
ktap_case() {
	ktap_name=$1
	shift
	ktap_cases=$((ktap_cases + 1))
	if "$@" 2>&1 | sed 's/^/# /'; then
		echo "ok $ktap_cases $ktap_name"
	else
		echo "not ok $ktap_cases $ktap_name"
	fi
}

# ktap_skip NAME REASON: a case that cannot be run here.
ktap_skip() {
	ktap_cases=$((ktap_cases + 1))
	echo "ok $ktap_cases $1 # SKIP $2"
}

# ktap_suite NAME COMMAND...: the cases are what the command prints; passes if the command succeeds.
ktap_suite() {
	ktap_name=$1
	shift
	ktap_suites=$((ktap_suites + 1))
	echo "    # Subtest: $ktap_name"
	if "$@" | sed -e '/^K*TAP version/d' -e 's/^/    /'; then
		echo "ok $ktap_suites $ktap_name"
	else
		echo "not ok $ktap_suites $ktap_name"
	fi
}
