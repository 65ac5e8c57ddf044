#!/usr/bin/env python3
"""ktap.py PARSER EXPECTED LOG...: judge test results strictly.

PARSER is the directory of the kernel's own KTAP parser, tools/testing/kunit. EXPECTED lists the cases that have to
be there, `suite.case` one a line; a case with ` may skip` behind it may be skipped. Each LOG holds KTAP, a list of
suites, possibly among other lines.

Prints a line for every case that did not pass, then `N passed, M failed`. Succeeds if exactly the expected cases
were run and all of them passed, or were skipped where they may be.
"""
import io
import re
import sys

# What stands behind a case that was skipped; the kernel's parser drops it.
SKIP = re.compile(r'\bok \d+ (?:- )?(\S+) # SKIP\b[ \t]*(.*)')


def load_parser(directory):
    """The parser prints as it reads; what it prints is of no use here."""
    sys.path.insert(0, directory)
    sys.dont_write_bytecode = True
    import kunit_printer
    kunit_printer.stdout = kunit_printer.Printer(io.StringIO())
    import kunit_parser
    return kunit_parser


def read_expected(path):
    """The cases, and of each whether it may be skipped."""
    with open(path, encoding='utf-8') as lines:
        stripped = (line.strip() for line in lines)
        named = (line.partition(' ') for line in stripped if line and not line.startswith('#'))
        return {name: how == 'may skip' for name, _, how in named}


class Verdict:
    """The outcome of each case, None for a pass, else the reason."""

    def __init__(self):
        self.outcome = {}
        self.skipped = set()
        self.may_skip = set()
        self.unsound = set()
        self.why = {}

    def record(self, name, reason):
        if name in self.outcome:
            reason = 'ran more than once'
        self.outcome[name] = reason

    def read_log(self, parser, path):
        with open(path, encoding='utf-8', errors='replace') as log:
            lines = log.readlines()
        main = parser.parse_run_tests(lines)
        self.why = dict(match.groups() for match in map(SKIP.search, lines) if match)
        for suite in main.subtests:
            # A case that the parser had to invent is nameless; the list of expected cases knows which one it was.
            for case in (case for case in suite.subtests if case.name):
                self.read_case(f'{suite.name}.{case.name}', case, path)
            # A suite can fail by itself, for instance in its exit.
            if not suite.ok_status() and all(case.ok_status() for case in suite.subtests):
                self.record(suite.name, f'the suite failed, see {path}')
        if main.counts.errors:
            self.unsound.add(path)

    def read_case(self, name, case, path):
        if case.counts.skipped:
            self.skipped.add(name)
        if case.ok_status() and case.counts.passed == case.counts.total():
            self.record(name, None)
        else:
            state = case.status.name.lower().replace('test_', '')
            told = self.why.get(case.name) or ' '.join(' '.join(case.log).split())[:300]
            self.record(name, f'{state}: {told or "no reason is told"} (see {path})')

    def compare(self, expected):
        self.may_skip = {name for name in self.skipped if expected.get(name)}
        for name in expected.keys() - self.outcome.keys():
            self.outcome[name] = 'did not run'
        for name in self.passed() - expected.keys():
            self.outcome[name] = 'is not in the list of expected cases'
        # Where a case is missing the KTAP is unsound too; that would be telling the same twice.
        if self.outcome.keys() == self.passed() | self.may_skip:
            self.outcome.update((path, 'is not sound KTAP') for path in self.unsound)

    def passed(self):
        return {name for name, reason in self.outcome.items() if reason is None}

    def print(self):
        red = {name: reason for name, reason in self.outcome.items() if reason is not None}
        for name in sorted(red):
            print(f'{"SKIPPED" if name in self.skipped else "FAILED"} {name}: {red[name]}')
        skipped = len(self.skipped & red.keys())
        print(f'{len(self.passed())} passed, {len(red) - skipped} failed' +
              (f', {skipped} skipped' if skipped else ''))
        return red.keys() <= self.may_skip


def main(directory, expected, *logs):
    parser = load_parser(directory)
    verdict = Verdict()
    for log in logs:
        verdict.read_log(parser, log)
    verdict.compare(read_expected(expected))
    return 0 if verdict.print() else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
