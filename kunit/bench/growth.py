"""The part of the report that is about filling tables: told how many entries will come, or not told.

Reads the lines that growth.c describes. What is printed are medians of the rounds; of the goals, too.
"""
import collections
import statistics

# Entries, lane, what an unhinted insert is measured against, at most how many times that.
FILL_GOALS = [(1000000, 'flatmap', 'rhashtable', 0.25)]
# Entries, lane, at most how many bytes an entry, averaged over the growth from a tenth of the entries on.
MEMORY_GOALS = [(1000000, 'flatmap', 64)]
# Lane, how many nanoseconds p99.9 may be above that of the hinted inserts.
LATENCY_GOALS = [('flatmap', 5000)]

HINTS = ('unhinted', 'hinted')
TIMES = ('p50', 'p99', 'p99.9', 'longest')


class Growth:
    """What each round told: nanoseconds an insert, bytes an entry, latencies, by entries, lane and hint."""

    def __init__(self, lines):
        self.fill = collections.defaultdict(list)
        self.memory = collections.defaultdict(list)
        self.latency = collections.defaultdict(list)
        for kind, entries, lane, hint, *numbers in lines:
            key = int(entries), lane, hint
            if kind == 'fill':
                self.fill[key].append(int(numbers[0]) / int(entries))
            elif kind == 'memory':
                self.memory[key].append(float(numbers[0]))
            elif kind == 'latency':
                self.latency[key].append([int(number) for number in numbers])

    def sizes(self, of):
        return list(dict.fromkeys(entries for entries, _, _ in of))

    def against(self, entries, lane, hint, other):
        """How many times as long as the other lane with the same hint, round by round; None if unknown."""
        mine, theirs = self.fill.get((entries, lane, hint)), self.fill.get((entries, other, hint))
        return statistics.median(a / b for a, b in zip(mine, theirs)) if mine and theirs else None

    def times(self, key):
        """Of all inserts, and of the uninterrupted ones; how many the others are; nanoseconds of the whole."""
        columns = [statistics.median(column) for column in zip(*self.latency[key])]
        return columns[1:5], columns[5:9], columns[9], columns[0]


def print_fill(growth, entries):
    print(f'{entries:,} entries of 8 + 8 bytes, into an empty table')
    print(f'{"":16}{"":10}{"ns an insert":>14}{"x rhashtable":>14}{"bytes an entry while it grows":>31}')
    for key in growth.fill:
        if key[0] != entries:
            continue
        ratio = growth.against(*key, 'rhashtable')
        shown = '' if ratio is None else f'{ratio:.2f}'
        bytes_each = f'{statistics.median(growth.memory[key]):.1f}' if key in growth.memory else ''
        print(f'{key[1]:16}{key[2]:10}{statistics.median(growth.fill[key]):14.1f}{shown:>14}{bytes_each:>31}')
    print()


def print_latency(growth, entries):
    print(f'{entries:,} entries of 8 + 8 bytes, into an empty table: nanoseconds of single inserts, clock included')
    print(f'{"":16}{"":10}{"":15}' + ''.join(f'{name:>12}' for name in TIMES) + f'{"inserts":>12}')
    for key in growth.latency:
        if key[0] != entries:
            continue
        every, undisturbed, disturbed, _ = growth.times(key)
        print(f'{key[1]:16}{key[2]:10}{"uninterrupted":15}' + ''.join(f'{time:12,.0f}' for time in undisturbed) +
              f'{entries - disturbed:12,.0f}')
        print(f'{"":26}{"all":15}' + ''.join(f'{time:12,.0f}' for time in every) + f'{entries:12,}')
    print()


def verdict(met):
    return 'ok' if met else 'falls short'


def print_goals(growth):
    for entries, lane, other, most in FILL_GOALS:
        ratio = growth.against(entries, lane, 'unhinted', other)
        if ratio is not None:
            print(f'insert without a hint, {entries:,} entries, {lane}: {ratio:.2f} x {other} (goal {most}): '
                  f'{verdict(ratio <= most)}')
    for entries, lane, most in MEMORY_GOALS:
        rounds = growth.memory.get((entries, lane, 'unhinted'))
        if rounds:
            size = statistics.median(rounds)
            print(f'bytes an entry, averaged over growth from {entries // 10:,} to {entries:,}, {lane}: {size:.1f} '
                  f'(goal {most}): {verdict(size <= most)}')
    for lane, margin in LATENCY_GOALS:
        for entries in growth.sizes(growth.latency):
            unhinted, hinted = ((entries, lane, hint) for hint in HINTS)
            if unhinted not in growth.latency or hinted not in growth.latency:
                continue
            _, mine, _, mine_whole = growth.times(unhinted)
            _, theirs, _, theirs_whole = growth.times(hinted)
            print(f'all inserts up to {entries:,} without a hint, {lane}: {mine_whole / theirs_whole:.2f} x those with one')
            print(f'p99.9 of inserts up to {entries:,} without a hint, {lane}: {(mine[2] - theirs[2]) / 1000:+.1f} us to '
                  f'those with one (goal {margin / 1000:+.0f}): {verdict(mine[2] <= theirs[2] + margin)}')


def as_json(growth):
    return {
        kind: [{
            'entries': entries,
            'lane': lane,
            'hint': hint,
            'rounds': rounds
        } for (entries, lane, hint), rounds in figures.items()]
        for kind, figures in (('fill_ns', growth.fill), ('memory_bytes', growth.memory),
                              ('latency_ns', growth.latency))
    }


def report(growth):
    for entries in growth.sizes(growth.fill):
        print_fill(growth, entries)
    for entries in growth.sizes(growth.latency):
        print_latency(growth, entries)
