#!/usr/bin/env -S python3 -B
"""baseline.py store|compare RUN BASELINE: keep what a run showed, and see what a later one does differently.

RUN is the JSON of report.py. A baseline keeps for each cell its median time, and what is compared: how many times its
reference it took, and the spread of that. The reference is of the same run and the same rounds, one random line or the
median of the peers (Figures.reference says which and why), so that neither another machine's clock nor a busy hour
shows as a change of the code; on a machine with other caches the ratios themselves differ. Bytes are compared as they
are. Not compared are latencies, the ones that matter being too rare, and what ran for one round only.

A cell has moved if its ratio changed by more than both spreads together, and by a tenth at least. That is told, and
never a failure.
"""
import json
import os
import sys

LEAST = 0.10


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


def summary(run):
    """Cell to median time, what is compared, its spread, and its reference."""
    cells = {}
    for cell in run['cells']:
        if cell['times_reference'] and cell['spread'] is not None:
            name = f'{cell["shape"]} {cell["entries"]} {cell["work"]} {cell["threads"]} {cell["lane"]}'
            cells[name] = [round(cell['median_ns'], 1), round(cell['times_reference'], 3), round(cell['spread'], 3),
                           cell['reference']]
    for growth in run['memory_bytes']:
        name = f'{growth["shape"]} {growth["entries"]} memory-{growth["hint"]} 1 {growth["lane"]}'
        cells[name] = [None, growth['medians'][0], 0, 'bytes']
    return {'machine': run['machine'], 'cells': cells}


def write(kept, path):
    """A line for each cell, in order, so that what changed can be seen in a diff; references are told once."""
    references = sorted({reference for *_, reference in kept['cells'].values()})
    cells = (f'{json.dumps(name)}: {json.dumps([*numbers, references.index(reference)])}'
             for name, (*numbers, reference) in sorted(kept['cells'].items()))
    with open(path, 'w', encoding='utf-8') as out:
        out.write('{\n"machine": ' + json.dumps(kept['machine'], indent=1) + ',\n"references": ' +
                  json.dumps(references, indent=1) + ',\n"cells": {\n' + ',\n'.join(cells) + '\n}\n}\n')


def stored(path):
    """What write() wrote."""
    kept = read(path, 'references', '`make bench-baseline` stores one')
    cells = {name: [*numbers, kept['references'][reference]] for name, (*numbers, reference) in kept['cells'].items()}
    return {'machine': kept['machine'], 'cells': cells}


def comparable(now, kept):
    """The cells that both have, measured by the same reference."""
    now, kept = now['cells'], kept['cells']
    return [name for name in now if name in kept and now[name][3] == kept[name][3]]


def change(now, kept):
    """By how much of what it was a cell's ratio changed, if that is beyond the noise; else None."""
    (_, ratio, spread, _), (_, kept_ratio, kept_spread, _) = now, kept
    moved = ratio / kept_ratio - 1
    beyond = max(moved, kept_ratio / ratio - 1) > max(LEAST, spread + kept_spread)
    return moved if beyond else None


def words(name, moved, now, kept):
    shape, entries, work, threads, lane = name.split(' ')
    what = ('less', 'more') if now[3] == 'bytes' else ('faster', 'slower')
    unit = {'bytes': 'bytes', 'line': 'x the line'}.get(now[3], 'x the peers\' median')
    told = work if threads == '1' else f'{work}, {threads} threads'
    noise = now[2] + kept[2]
    return (f'{what[moved > 0]:7}{100 * moved:+5.0f}%  {shape:6}{int(entries):>10,}  {told:26}{lane:23}'
            f'{kept[1]:.2f} to {now[1]:.2f} {unit}, noise {100 * noise:.0f}%')


def compare(now, kept):
    """What moved, as lines: most of all first."""
    names = comparable(now, kept)
    changes = {name: change(now['cells'][name], kept['cells'][name]) for name in names}
    moved = sorted((name for name in names if changes[name] is not None), key=lambda name: -abs(changes[name]))
    for name in moved:
        yield words(name, changes[name], now['cells'][name], kept['cells'][name])
    yield f'bench: {len(names)} cells compared, {len(moved)} moved beyond the noise'


def of(machine):
    return ', '.join(str(machine[name]) for name in ('date', 'commit', 'kernel', 'cpu') if machine[name])


def main(verb, run_path, path):
    now = summary(read(run_path, 'goals', 'run `make bench` first'))
    if verb == 'store':
        write(now, path)
        print(f'bench: stored {len(now["cells"])} cells in {os.path.relpath(path)}')
        return
    kept = stored(path)
    if not comparable(now, kept):
        sys.exit(f'bench: the last run and {os.path.relpath(path)} have no cell in common')
    print(f'then: {of(kept["machine"])}\nnow:  {of(now["machine"])}')
    print('\n'.join(compare(now, kept)))


if __name__ == '__main__':
    main(*sys.argv[1:])
