"""A plot as SVG, by gnuplot: plot.gp, and before it what it draws and in which colours."""
import dataclasses
import json
import os
import shutil
import subprocess

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'plot.gp')

# A lane has its colour in every plot.
COLOURS = {
    'flatmap': '#1b6ca8',
    'flatmap-typed': '#2f9be8',
    'flatmap-batch': '#00a37a',
    'flatmap-siphash': '#7a5fc7',
    'flatmap-multimap': '#1b6ca8',
    'rhashtable': '#d1495b',
    'rhltable': '#d1495b',
    'hlist+rcu': '#e07b39',
    'bpf-hash': '#b8860b',
    'bpf-hash-noprealloc': '#d9b44a',
    'bpf-rhash': '#8a5a44',
    'xarray': '#c66bb0',
    'line': '#808080',
    'line-2': '#a8a8a8',
}
OTHER = '#606060'
BARS = ('#2f9be8', '#e07b39', '#00a37a')

SOLID, DASHED = 1, 2


@dataclasses.dataclass
class Plot:
    """Rows of a label and a value for each column, None where there is none. Columns of lines are lanes, `, hinted` or
    not; those of bars anything."""
    title: str
    ylabel: str
    columns: list
    rows: list
    xlabel: str = ''
    bars: bool = False
    logscale: bool = False
    wide: bool = True


def available():
    return shutil.which('gnuplot') is not None


def script(plot):
    table = [['', *plot.columns], *plot.rows]
    data = '\n'.join('\t'.join('?' if value is None else str(value) for value in row) for row in table)
    lanes = [column.partition(',') for column in plot.columns]
    settings = {
        'ylabel': plot.ylabel,
        'xlabel': plot.xlabel,
        'bars': int(plot.bars),
        'logscale': int(plot.logscale),
        'width': 1000 if plot.wide else 620,
        'colours': ' '.join(BARS[:len(lanes)] if plot.bars else (COLOURS.get(lane, OTHER) for lane, _, _ in lanes)),
        'dashes': ' '.join(str(DASHED if hint == ' hinted' else SOLID) for _, _, hint in lanes),
    }
    assigned = (f'{name} = {json.dumps(value)}' for name, value in settings.items())
    return '\n'.join((f'$data << EOD\n{data}\nEOD', *assigned, f'load {json.dumps(SCRIPT)}', ''))


def svg(plot):
    """An <svg> element."""
    done = subprocess.run(['gnuplot'], input=script(plot), stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout[done.stdout.index('<svg'):]
