#!/usr/bin/env -S python3 -B
"""check.py RUN: succeed if the run, the JSON of report.py, met every goal that it could judge; else name the others.

A goal that is not comparable is named, and no failure: the kernel and the host that measured decide about that, and the
map has neither met the goal nor missed it. One that the two harnesses dispute has not been shown, and fails. A run in
which nothing could be judged has shown nothing, though, and fails.
"""
import json
import sys

MISSED = ('falls short', 'disputed', 'not measured')


def named(goals, verdicts):
    return [f'bench: {goal["goal"]}: {goal["verdict"]}' for goal in goals if goal['verdict'] in verdicts]


def failures(goals):
    if any(goal['verdict'] != 'not comparable' for goal in goals):
        return named(goals, MISSED)
    return ['bench: no goal could be judged']


def main(path):
    with open(path, encoding='utf-8') as file:
        goals = json.load(file)['goals']
    for line in named(goals, ('not comparable',)):
        print(line, file=sys.stderr)
    sys.exit('\n'.join(failures(goals)) or 0)


if __name__ == '__main__':
    main(sys.argv[1])
