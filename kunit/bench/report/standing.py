"""How flatmap stands in a row: in a work, by so many threads, in tables of one size.

A ratio is always flatmap's time over the peer's: below 1 flatmap is ahead. The peer is the fastest one, the one that
flatmap compares worst with.
"""
import dataclasses

import primitives
from figures import Cell
from lanes import judged, peers_of
from series import median, quartiles

# Closer than this, nobody is ahead.
EVEN = 0.05

# Ratios of two harnesses that are farther from each other contradict each other.
APART = 1.25

# So many of what is dear are named in a cell.
NAMED = 2


@dataclasses.dataclass(frozen=True)
class Standing:
    """Dear is what makes the row not comparable, by name."""
    lane: str
    peer: str
    ratios: tuple
    dear: tuple

    @property
    def ratio(self):
        return median(self.ratios)

    @property
    def verdict(self):
        """Even is what is close, or has one quarter of the rounds on each side at least."""
        if self.dear:
            return 'not comparable'
        found = quartiles(self.ratios)
        if 1 / (1 + EVEN) <= self.ratio <= 1 + EVEN or found and found[0] <= 1 <= found[2]:
            return 'even'
        return 'ahead' if self.ratio < 1 else 'behind'

    @property
    def words(self):
        told = {
            'not comparable': f'not comparable: {few(self.dear)}',
            'even': f'even with {self.peer}',
            'ahead': f'flatmap {times(1 / self.ratio)} faster than {self.peer}',
            'behind': f'{self.peer} {times(self.ratio)} faster',
        }
        return told[self.verdict]


def apart(first, second):
    """How many times one ratio is the other; None where one is missing."""
    return max(first, second) / min(first, second) if first and second else None


def differ(first, second):
    return (apart(first, second) or 1) > APART


def few(names):
    """The first of them, and how many more there are: a cell has little room."""
    more = len(names) - NAMED
    return ', '.join(names[:NAMED]) + (f' and {more} more' if more > 0 else '')


def times(value):
    return f'{value:.2f}x' if value < 1.15 else f'{value:.1f}x'


def span(first, second):
    """From one ratio to the other, as how many times faster; whichever side of 1 both are on."""
    told = [times(value) for value in sorted(max(value, 1 / value) for value in (first, second))]
    return told[0] if told[0] == told[1] else f'{told[0]} to {told[1]}'


def together(first, second):
    """What two harnesses show, as a verdict and words: nothing that only one of them does."""
    if first.dear or second is None:
        return first.verdict, first.words
    if first.verdict == second.verdict == 'ahead':
        return 'ahead', f'flatmap {span(first.ratio, second.ratio)} faster than {first.peer}'
    if first.verdict == second.verdict == 'behind':
        return 'behind', f'{first.peer} {span(first.ratio, second.ratio)} faster'
    if first.verdict == second.verdict or not differ(first.ratio, second.ratio):
        return 'even', f'even with {first.peer}'
    return 'disputed', 'disputed'


def standing(figures, shape, entries, work, threads):
    """None if flatmap or all of its peers did not run, or one was too short for the clock."""
    lanes = figures.measured(Cell(shape, entries, work, '', threads), judged(work))
    if not lanes:
        return None
    cell = Cell(shape, entries, work, lanes[0], threads)
    peers = figures.measured(cell, peers_of(cell.lane))
    found = {peer: figures.times(cell, peer) for peer in peers}
    if not found or None in found.values():
        return None
    peer = max(found, key=found.get)
    return Standing(cell.lane, peer, tuple(figures.against(cell, peer)),
                    tuple(primitives.dear(figures, cell, [cell.lane, *peers])))
