#!/usr/bin/python3 -B
"""baseline.py store|compare RUN BASELINE: keep what a run showed, and see what a later one does differently.

RUN is the JSON of report.py. A baseline keeps for each cell its median time, and what is compared: how many times its
reference it took, in each round. The reference is of the same run and the same rounds, one random line or the median of
the peers (Figures.reference says which and why), so that neither another machine's clock nor a busy hour shows as a
change of the code; on a machine with other caches the ratios themselves differ. Bytes are compared as they are. Not
compared are latencies, the ones that matter being too rare.

A cell has moved if the median of its ratios changed by a tenth at least, and if the rounds of both are so far apart as
they are by chance once in a hundred times at most, by the rank test of ranks.py. Few rounds cannot be: cells that have
too few are counted. That is told, and never a failure.

The test is Debian's scipy, hence Debian's Python.
"""
import json
import os
import sys

import ranks
from series import median

FORMAT = 2
LEAST = 0.10
BYTES = 'bytes'


def read(path, part, missing):
    """What has this part."""
    try:
        with open(path, encoding='utf-8') as file:
            kept = json.load(file)
    except FileNotFoundError:
        sys.exit(f'bench: there is no {os.path.relpath(path)}, {missing}')
    if part not in kept:
        sys.exit(f'bench: {os.path.relpath(path)} is of another kind, {missing}')
    return kept


def rounded(value):
    """To three digits: noise is more."""
    return float(f'{value:.3g}')


def summary(run):
    """Cell to median time, the rounds of what is compared, and its reference."""
    cells = {}
    for cell in run['cells']:
        if cell['times_reference']:
            name = f'{cell["shape"]} {cell["entries"]} {cell["work"]} {cell["threads"]} {cell["lane"]}'
            cells[name] = [rounded(cell['median_ns']), [rounded(ratio) for ratio in cell['ratios']], cell['reference']]
    for growth in run['memory_bytes']:
        name = f'{growth["shape"]} {growth["entries"]} memory-{growth["hint"]} 1 {growth["lane"]}'
        cells[name] = [None, [rounded(average) for average, _ in growth['rounds']], BYTES]
    return {'machine': run['machine'], 'cells': cells}


def write(kept, path):
    """A line for each cell, in order, so that what changed can be seen in a diff; references are told once."""
    references = sorted({reference for *_, reference in kept['cells'].values()})
    cells = (f'{json.dumps(name)}: {json.dumps([*numbers, references.index(reference)], separators=(",", ":"))}'
             for name, (*numbers, reference) in sorted(kept['cells'].items()))
    with open(path, 'w', encoding='utf-8') as out:
        out.write(f'{{\n"format": {FORMAT},\n"machine": ' + json.dumps(kept['machine'], indent=1) +
                  ',\n"references": ' + json.dumps(references, indent=1) + ',\n"cells": {\n' + ',\n'.join(cells) +
                  '\n}\n}\n')


def stored(path):
    """What write() wrote."""
    kept = read(path, 'references', '`make bench-baseline` stores one')
    if kept.get('format') != FORMAT:
        sys.exit(f'bench: {os.path.relpath(path)} was stored before rounds were kept, so there is nothing to compare; '
                 '`make bench-baseline` stores a new one')
    cells = {name: [*numbers, kept['references'][reference]] for name, (*numbers, reference) in kept['cells'].items()}
    return {'machine': kept['machine'], 'cells': cells}


def comparable(now, kept):
    """The cells that both have, measured by the same reference."""
    now, kept = now['cells'], kept['cells']
    return [name for name in now if name in kept and now[name][2] == kept[name][2]]


def tellable(now, kept):
    """Has the cell enough rounds for a difference to be told? Bytes need no more than one: they have no noise."""
    return now[2] == BYTES or ranks.enough(now[1], kept[1])


def change(now, kept):
    """By how much of what it was a cell's ratio changed, if that is beyond the noise; else None."""
    ratio, was = median(now[1]), median(kept[1])
    moved = ratio / was - 1
    if max(moved, was / ratio - 1) < LEAST:
        return None
    return moved if now[2] == BYTES or ranks.chance(now[1], kept[1]) < ranks.CHANCE else None


def words(name, moved, now, kept):
    shape, entries, work, threads, lane = name.split(' ')
    what = ('less', 'more') if now[2] == BYTES else ('faster', 'slower')
    unit = {BYTES: 'bytes', 'line': 'x the line'}.get(now[2], 'x the peers\' median')
    told = work if threads == '1' else f'{work}, {threads} threads'
    return (f'{what[moved > 0]:7}{100 * moved:+5.0f}%  {shape:15}{int(entries):>10,}  {told:26}{lane:23}'
            f'{median(kept[1]):.2f} to {median(now[1]):.2f} {unit}')


def compare(now, kept):
    """What moved, as lines: most of all first."""
    names = comparable(now, kept)
    now, kept = now['cells'], kept['cells']
    told = [name for name in names if tellable(now[name], kept[name])]
    changes = {name: change(now[name], kept[name]) for name in told}
    moved = sorted((name for name in told if changes[name] is not None), key=lambda name: -abs(changes[name]))
    for name in moved:
        yield words(name, changes[name], now[name], kept[name])
    few = len(names) - len(told)
    yield (f'bench: {len(told)} cells compared, {len(moved)} moved beyond the noise'
           f'{f"; {few} cells have too few rounds to tell" if few else ""}')


def described(machine):
    return ', '.join(str(machine[name]) for name in ('date', 'commit', 'kernel', 'cpu') if machine[name])


def main(verb, run_path, path):
    run = read(run_path, 'goals', 'run `make bench` first')
    now = summary(run)
    if verb == 'store':
        write(now, path)
        print(f'bench: stored {len(now["cells"])} cells in {os.path.relpath(path)}')
        return
    kept = stored(path)
    ranks.required()
    if not comparable(now, kept):
        sys.exit(f'bench: the last run and {os.path.relpath(path)} have no cell in common')
    print(f'then: {described(kept["machine"])}\nnow:  {described(now["machine"])}')
    print('\n'.join(compare(now, kept)))


if __name__ == '__main__':
    main(*sys.argv[1:])
