#!/usr/bin/env -S python3 -B
"""report.py FIGURES JSON HTML: what came of the bench.

FIGURES holds the lines that figures.py describes. Prints tables for each size, a line for each goal and a closing line.
JSON gets every figure, HTML a page with plots if there is gnuplot. Fails only if there is nothing to report on: a goal
that is not met is told, and left to check.py.
"""
import json
import sys

import draw
import goals
import machine
import page
import tables
from figures import Figures
from record import record


def print_size(figures, shape, entries):
    for table in tables.of_size(figures, shape, entries):
        print('\n'.join(tables.text(table)))
        print()
    skipped = tables.skipped(figures, shape, entries)
    if skipped:
        print('\n'.join((f'{tables.size_words(shape, entries)}: skipped', *skipped, '')))


def main(path, json_path, html_path):
    try:
        with open(path, encoding='utf-8') as lines:
            figures = Figures(lines)
    except ValueError as error:
        sys.exit(f'bench: {error}')
    if not figures.rounds:
        sys.exit('bench: no figures')
    found = goals.outcomes(figures)
    ran_on = machine.describe(figures.kernel)

    for size in figures.sizes():
        print_size(figures, *size)
    print('\n'.join(goals.lines(found)))

    with open(json_path, 'w', encoding='utf-8') as out:
        json.dump(record(figures, found, ran_on), out, indent=1)
    with open(html_path, 'w', encoding='utf-8') as out:
        out.write(page.page(figures, found, ran_on))
    print(f'bench: {figures.count} figures, every result was right; the report is {html_path}'
          f'{"" if draw.available() else ", without plots: there is no gnuplot"}', file=sys.stderr)


if __name__ == '__main__':
    main(*sys.argv[1:])
