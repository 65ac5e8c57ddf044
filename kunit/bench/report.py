#!/usr/bin/env python3
"""report.py FIGURES JSON: what came of the bench.

FIGURES holds lines of words. `race entries operation lane operations nanoseconds median` is of a lane, an operation and a
round, the median being that of short slices of the round, in picoseconds; the other lines are growth.py's. Prints a
table for each size: nanoseconds for each operation, the median of the rounds' medians and half the distance between
their quartiles; and the same as multiples of rhashtable and of one random line of memory. Then the tables of growth, a
line for each goal, and a closing line. JSON gets every figure, the means too, which slices that something else
interrupted are part of. Fails only without figures: a goal that is not met is told.
"""
import collections
import json
import statistics
import sys

import growth

# What one random line of memory is to each operation: one whose address had to be waited for, or one of many at once.
WAITED = {'dependent-hit'}

# Operation, entries, lane, what it is measured against, at most how many times that.
GOALS = [
    ('dependent-hit', 1000000, 'flatmap-typed', 'line', 1.2),
    ('dependent-hit', 1000000, 'flatmap', 'line', 1.2),
]


class Figures:
    """Nanoseconds an operation in each round, by entries, operation and lane."""

    def __init__(self, lines):
        self.rounds = collections.defaultdict(list)
        self.means = collections.defaultdict(list)
        for _, entries, operation, lane, count, nanoseconds, median in lines:
            self.rounds[int(entries), operation, lane].append(int(median) / 1000)
            self.means[int(entries), operation, lane].append(int(nanoseconds) / int(count))

    def keys(self, position):
        return list(dict.fromkeys(key[position] for key in self.rounds))

    def median(self, *key):
        return statistics.median(self.rounds[key])

    def spread(self, *key):
        rounds = self.rounds[key]
        if len(rounds) < 2:
            return 0.0
        low, _, high = statistics.quantiles(rounds, method='inclusive')
        return (high - low) / 2

    def against(self, entries, operation, lane, other):
        """How many times as long as the other lane, round by round: noise that lasts hits both. None if unknown."""
        if other == 'line':
            base = entries, 'dependent-hit' if operation in WAITED else 'hit', other
        else:
            base = entries, operation, other
        mine = self.rounds.get((entries, operation, lane))
        theirs = self.rounds.get(base)
        if not mine or not theirs:
            return None
        return statistics.median(a / b for a, b in zip(mine, theirs))


def print_size(figures, entries, operations, lanes):
    print(f'{entries:,} entries of 8 + 8 bytes')
    print(f'{"":16}{"":14}{"ns":>9}{"+-":>7}{"x rhashtable":>14}{"x line":>8}')
    for operation in operations:
        for lane in lanes:
            if (entries, operation, lane) not in figures.rounds:
                continue
            ratios = (figures.against(entries, operation, lane, other) for other in ('rhashtable', 'line'))
            shown = ['' if ratio is None else f'{ratio:.2f}' for ratio in ratios]
            print(f'{operation:16}{lane:16}{figures.median(entries, operation, lane):7.1f}'
                  f'{figures.spread(entries, operation, lane):7.1f}{shown[0]:>14}{shown[1]:>8}')
        print()


def print_goal(figures, operation, entries, lane, other, most):
    ratio = figures.against(entries, operation, lane, other)
    if ratio is None:
        print(f'{operation}, {entries:,} entries, {lane}: skipped, it was not measured')
        return
    unit = 'one random line' if other == 'line' else other
    print(f'{operation}, {entries:,} entries, {lane}: {ratio:.2f} x {unit} (goal {most}): '
          f'{"ok" if ratio <= most else "falls short"}')


def as_json(figures):
    return [
        {
            'entries': entries,
            'operation': operation,
            'lane': lane,
            'median_ns': figures.median(entries, operation, lane),
            'spread_ns': figures.spread(entries, operation, lane),
            'times_rhashtable': figures.against(entries, operation, lane, 'rhashtable'),
            'times_line': figures.against(entries, operation, lane, 'line'),
            'rounds_ns': rounds,
            'means_ns': figures.means[entries, operation, lane],
        } for (entries, operation, lane), rounds in figures.rounds.items()
    ]


def main(path, json_path):
    with open(path, encoding='utf-8') as lines:
        words = [line.split() for line in lines]
    if not words:
        print('bench: no figures')
        return 1
    figures = Figures(line for line in words if line[0] == 'race')
    grown = growth.Growth(line for line in words if line[0] != 'race')
    operations = [name for name in ('hit', 'dependent-hit', 'miss', 'update', 'store', 'delete', 'insert')
                  if name in figures.keys(1)]
    for entries in figures.keys(0):
        print_size(figures, entries, operations, figures.keys(2))
    growth.report(grown)
    for goal in GOALS:
        print_goal(figures, *goal)
    growth.print_goals(grown)
    with open(json_path, 'w', encoding='utf-8') as out:
        json.dump({'race': as_json(figures)} | growth.as_json(grown), out, indent=1)
    print(f'bench: {len(words)} figures, every result was right')
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
