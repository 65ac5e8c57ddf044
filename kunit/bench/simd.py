#!/usr/bin/env python3
"""simd.py FIGURES JSON PLOT: what came of lookups in batches.

FIGURES holds the lines that simd.c and section.c describe. Prints nanoseconds a key by batch size, for each hash and
each set of instructions, as measured, and with the FPU section's cost added, which User Mode Linux does not have; the
smallest batches for which a set pays; a line for each goal, and a closing line. JSON gets every figure, PLOT the
columns that simd.gp draws. Fails only without figures: a goal that is not met is told.

The section is counted once a batch, with all registers in use that this machine has: what it costs a program that
enters the kernel for one batch. It costs next to nothing in a kernel thread, and when the registers are saved already.
"""
import collections
import json
import statistics
import sys

SETS = ('scalar', 'avx2', 'avx512', 'auto')
VECTORS = ('avx2', 'avx512')
HASHES = {'fast': 'fast hash', 'siphash': 'default hash (SipHash)'}
OTHERS = {
    'line': 'one random line, independent',
    'pair': 'two random lines, fetched ahead',
    'waited': 'one random line, waited for',
    'rhashtable': 'rhashtable',
}

GOAL_ENTRIES = 1000000
GOAL_BATCH = 64
# Table, what it is measured against, at most how many times that: both with what flatmap chooses by itself.
GOALS = [('fast', 'line', 0.8), ('fast', 'rhashtable', 0.35), ('siphash', 'fast', 1.25)]


class Figures:
    """Nanoseconds a key in each round, by set, table and batch size; a batch of 0 are single lookups."""

    def __init__(self, lines):
        self.rounds = collections.defaultdict(list)
        self.sections = collections.defaultdict(list)
        self.skipped = []
        self.entries = 0
        for kind, *words in lines:
            if kind == 'skipped':
                self.skipped += [words[0]] if words[0] not in self.skipped else []
            elif kind == 'simd':
                entries, name, table, batch, median = words
                self.entries = int(entries)
                self.rounds[name, table, int(batch)].append(int(median) / 1000)
            elif kind == 'section':
                self.sections[words[0]].append(int(words[1]) / 1000)
        self.sets = [name for name in SETS if name not in self.skipped]
        self.batches = sorted({batch for _, _, batch in self.rounds if batch})

    def section(self):
        """What one costs, at most; 0 where that is unknown."""
        return max((statistics.median(times) for times in self.sections.values()), default=0.0)

    def of(self, name, table, batch, section=0.0):
        """The rounds' times, with a section's of a batch."""
        counted = section / batch if batch else 0.0
        return [time + counted for time in self.rounds[name, table, batch]]

    def median(self, *key):
        return statistics.median(self.of(*key))

    def single(self, table):
        """Nanoseconds of a single lookup, for which the set does not matter."""
        return self.median('any', table, 0)

    def pays_from(self, name, table, section):
        """The smallest batch from which on it is faster than scalar in three rounds of four; None if there is none."""
        least = None
        for batch in reversed(self.batches):
            mine, scalar = self.of(name, table, batch, section), self.of('scalar', table, batch)
            ratios = sorted(a / b for a, b in zip(mine, scalar))
            if ratios[len(ratios) * 3 // 4] >= 1:
                break
            least = batch
        return least

    def columns(self, table):
        """Of a table for reading, and of the plot: title, and a function of the batch size."""
        section = self.section()
        yield from ((name, lambda batch, name=name: self.median(name, table, batch))
                    for name in self.sets if name not in VECTORS)
        for name in VECTORS:
            if name in self.sets:
                yield name, lambda batch, name=name: self.median(name, table, batch)
                yield f'{name} + section', lambda batch, name=name: self.median(name, table, batch, section)


def print_others(figures):
    print(f'{figures.entries:,} entries of 8 + 8 bytes, random hits, nanoseconds')
    for table, name in OTHERS.items():
        print(f'{name:44}{figures.single(table):9.1f}')
    for table, name in HASHES.items():
        print(f'{"single lookup, " + name:44}{figures.single(table):9.1f}')
    for registers, times in figures.sections.items():
        print(f'{"FPU section, " + registers + " registers in use":44}{statistics.median(times):9.1f}')
    if not figures.sections:
        print('FPU section: skipped, this machine cannot be asked')
    print()


def print_table(figures, table):
    columns = list(figures.columns(table))
    print(f'{HASHES[table]}: nanoseconds a key')
    print(f'{"batch":>6}' + ''.join(f'{title:>18}' for title, _ in columns))
    for batch in figures.batches:
        print(f'{batch:6}' + ''.join(f'{time(batch):18.1f}' for _, time in columns))
    print()


def print_pays(figures):
    for name in VECTORS:
        for table, hash_name in HASHES.items():
            if name in figures.skipped:
                print(f'{name}, {hash_name}: skipped, this machine has none')
                continue
            for what, section in (('without the section', 0.0), ('with it', figures.section())):
                least = figures.pays_from(name, table, section)
                print(f'{name}, {hash_name}, {what}: ' +
                      (f'faster than scalar from batches of {least} on' if least else 'never faster than scalar'))


def print_goal(figures, table, other, most):
    against = ('auto', other, GOAL_BATCH) if other in HASHES else ('any', other, 0)
    ratios = []
    for section in (0.0, figures.section()):
        mine, theirs = figures.of('auto', table, GOAL_BATCH, section), figures.of(*against, section)
        ratios.append(statistics.median(a / b for a, b in zip(mine, theirs)))
    print(f'batches of {GOAL_BATCH}, {figures.entries:,} entries, {HASHES[table]}: {ratios[0]:.2f} x '
          f'{(HASHES | OTHERS)[other]}, with the section {ratios[1]:.2f} (goal {most}): '
          f'{"ok" if max(ratios) <= most else "falls short"}')


def write_json(figures, path):
    with open(path, 'w', encoding='utf-8') as out:
        json.dump({
            'entries': figures.entries,
            'skipped': figures.skipped,
            'section_ns': figures.sections,
            'lookup_ns': [{'set': name, 'table': table, 'batch': batch, 'rounds': rounds}
                          for (name, table, batch), rounds in figures.rounds.items()],
        }, out, indent=1)


def write_plot(figures, path):
    """A block for each hash: a line of titles, then one for each batch size."""
    with open(path, 'w', encoding='utf-8') as out:
        for table in HASHES:
            columns = list(figures.columns(table))
            columns += [(name, lambda _, key=key: figures.single(key))
                        for key, name in ((table, 'single lookups'), *OTHERS.items())]
            print('batch', *(f'"{title}"' for title, _ in columns), sep='\t', file=out)
            for batch in figures.batches:
                print(batch, *(f'{time(batch):.2f}' for _, time in columns), sep='\t', file=out)
            print('\n', file=out)


def main(path, json_path, plot_path):
    with open(path, encoding='utf-8') as lines:
        words = [line.split() for line in lines]
    figures = Figures(words)
    if not figures.rounds:
        print('bench-simd: no figures')
        return 1
    print_others(figures)
    for table in HASHES:
        print_table(figures, table)
    print_pays(figures)
    for goal in GOALS:
        if figures.entries == GOAL_ENTRIES:
            print_goal(figures, *goal)
    if figures.entries != GOAL_ENTRIES:
        print(f'goals: skipped, they are for {GOAL_ENTRIES:,} entries')
    write_json(figures, json_path)
    write_plot(figures, plot_path)
    print(f'bench-simd: {sum(map(len, figures.rounds.values()))} figures, every result was right')
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
