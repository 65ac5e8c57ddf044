#!/usr/bin/env -S python3 -B
"""report.py FIGURES JSON HTML [--native FIGURES]: what came of the bench.

FIGURES holds the lines that figures.py describes; --native those of the second harness, which stand beside the first
one's then. Prints what the kernel's primitives cost, who wins, where the harnesses disagree, tables for each size, a
line for each goal and a closing line. JSON gets every figure, HTML a page with plots if there is gnuplot. Figures of
the native harness alone will do: then there are no primitives and no goals. Fails only if there is nothing to report
on: a goal that is not met is told, and left to check.py.
"""
import argparse
import json
import sys

import costs
import counters
import draw
import goals
import harnesses
import head
import machine
import page
import patterns
import tables
from figures import Figures
from record import record


def read(path):
    try:
        with open(path, encoding='utf-8') as file:
            figures = Figures(file)
    except ValueError as error:
        sys.exit(f'bench: {path}: {error}')
    if not figures.rounds:
        sys.exit(f'bench: {path}: no figures')
    return figures


def arguments(words):
    parser = argparse.ArgumentParser(prog='report.py', description='What came of the bench.')
    parser.add_argument('figures', metavar='FIGURES', type=read)
    parser.add_argument('json', metavar='JSON')
    parser.add_argument('html', metavar='HTML')
    parser.add_argument('--native', metavar='FIGURES', type=read)
    given = parser.parse_args(words)
    if given.native and (given.figures.harness, given.native.harness) != ('uml', 'native'):
        parser.error('--native takes figures of the native harness, beside those of the other one')
    return given


def paid(figures):
    """Lines of what the kernel's primitives cost."""
    yield from tables.text(costs.table(figures))
    yield from ('', costs.note(figures), '') if costs.note(figures) else ('',)


def opening(figures, native):
    """The tables that come next."""
    yield from head.tables(figures, native)
    if native:
        found = harnesses.disagreements(figures, native)
        if found:
            yield harnesses.table(found)
    keys = patterns.table(figures)
    if keys:
        yield keys


def of_size(figures, size):
    """Lines of all tables of a size."""
    for table in tables.of_size(figures, *size):
        yield from tables.text(table)
        yield ''
    skipped = tables.skipped(figures, *size)
    if skipped:
        yield from (f'{tables.size_words(*size)}: skipped', *skipped, '')


def lines(figures, native, outcomes):
    """All that is printed."""
    if figures.harness == 'uml':
        yield from paid(figures)
    for table in opening(figures, native):
        yield from tables.text(table)
        yield ''
    for each in filter(None, (figures, native)):
        if native:
            yield from (f'The {each.harness} harness', '')
        for size in each.sizes():
            yield from of_size(each, size)
        for table in counters.every(each):
            yield from tables.text(table)
            yield ''
    if outcomes:
        yield from goals.lines(outcomes)


def main(words):
    given = arguments(words)
    figures, native = given.figures, given.native
    # Goals are of the race in the kernel, all of whose lanes they are about.
    outcomes = goals.outcomes(figures, native) if figures.harness == 'uml' else []
    ran_on = machine.describe(figures)
    print('\n'.join(lines(figures, native, outcomes)))

    with open(given.json, 'w', encoding='utf-8') as out:
        json.dump(record(figures, native, outcomes, ran_on), out, indent=1)
    with open(given.html, 'w', encoding='utf-8') as out:
        out.write(page.page(figures, native, outcomes, ran_on))
    count = figures.count + (native.count if native else 0)
    print(f'bench: {count} figures, every result was right; the report is {given.html}'
          f'{"" if draw.available() else ", without plots: there is no gnuplot"}', file=sys.stderr)


if __name__ == '__main__':
    main(sys.argv[1:])
