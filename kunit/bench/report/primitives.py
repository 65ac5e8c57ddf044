"""What the kernel's primitives take on bare metal, and which work is made of which: primitives.ini, uses.ini.

What is more than DEAR times dearer here makes whoever uses it look slower than it is. Rows whose lanes do are not
judged: who uses more of it would lose by that alone. Interrupts between processors are the exception. They are always
dear where these are virtual, and come now and then rather than so many an operation; so they are counted, and make a
row not comparable if they are more than SHARE of a lane's time in it.
"""
import configparser
import dataclasses
import functools
import os
from typing import Optional

from series import median

HERE = os.path.dirname(os.path.abspath(__file__))
DEAR = 3
INTERRUPT, SHARE = 'ipi', 0.1

# The operations of uses.ini that a work is made of.
OPERATIONS = {
    'hit': ('lookup',),
    'dependent-hit': ('lookup',),
    'hot-hit': ('lookup',),
    'miss': ('lookup',),
    'insert': ('insert',),
    'insert-hinted': ('insert',),
    'update': ('update',),
    'store': ('store',),
    'delete': ('delete',),
    'reinsert': ('insert',),
    'mix-90-10': ('lookup', 'update'),
    'mix-50-50': ('lookup', 'update'),
    'iterate': ('iterate',),
    'find-values': ('lookup',),
    'add-value': ('insert',),
    'churn': ('delete', 'insert'),
}


@dataclasses.dataclass(frozen=True)
class Primitive:
    """Without a published figure, nanoseconds, source and derivation are None."""
    name: str
    words: str
    published: Optional[float]
    source: Optional[str]
    derived: Optional[str]

    def here(self, figures):
        """The median of the rounds, in nanoseconds; None if it was not measured."""
        return median(figures.primitives.get(self.name, []))

    def times(self, figures):
        """How many times dearer it is here; None where that is not known."""
        here = self.here(figures)
        return here / self.published if here is not None and self.published else None

    def dear(self, figures):
        return (self.times(figures) or 0) > DEAR


def _read(name):
    read = configparser.ConfigParser(interpolation=None)
    with open(os.path.join(HERE, name), encoding='utf-8') as file:
        read.read_file(file)
    return read


def _one_line(text):
    return ' '.join(text.split()) if text else None


@functools.cache
def sources():
    """The word that primitives name their source by, and what it is."""
    return {name: _one_line(text) for name, text in _read('primitives.ini')['sources'].items()}


@functools.cache
def primitives():
    """Name to primitive, as they are told."""
    return {name: Primitive(name, section['words'], section.getfloat('ns'), section.get('source'),
                            _one_line(section.get('derived')))
            for name, section in _read('primitives.ini').items() if name not in ('DEFAULT', 'sources')}


@functools.cache
def _uses():
    return _read('uses.ini')


def uses(lane, work, entries):
    """The names of the primitives that the lane takes for this work; none for lanes that are not there."""
    if lane not in _uses():
        return set()
    lane = _uses()[lane]
    lane = _uses()[lane.get('like', lane.name)]
    grows = work == 'insert' or work == 'insert-hinted' and entries > lane.getint('hint', fallback=entries)
    operations = (*OPERATIONS.get(work, ()), *(('grow',) if grows else ()))
    return {name for operation in operations for name in lane.get(operation, '').split()}


def interrupted(figures, cell):
    """The part of a fill's time that interrupts between processors took; 0 where they were not counted."""
    counts, taken = figures.ipis.get(cell), median(figures.series(cell))
    here = primitives()[INTERRUPT].here(figures)
    return median(counts) * here / (taken * cell.entries) if counts and taken and here else 0


def dear(figures, cell, lanes):
    """What makes these lanes not comparable at the cell's work, in the order of the table."""
    used = set().union(*(uses(lane, cell.work, cell.entries) for lane in lanes))
    if any(interrupted(figures, cell._replace(lane=lane)) > SHARE for lane in lanes):
        used.add(INTERRUPT)
    return [name for name, primitive in primitives().items() if name in used and primitive.dear(figures)]
