"""How flatmap stands in a row: in a work, by so many threads, in tables of one size.

A ratio is always flatmap's time over the peer's: below 1 flatmap is ahead. The peer is the fastest one, the one that
flatmap compares worst with.
"""
import dataclasses
import math

import primitives
from figures import Cell
from lanes import judged, peers_of
from series import median

# Closer than this, nobody is ahead.
EVEN = 0.05

# So rarely would so many rounds be on one side of 1 by chance: five of five, seven of seven, nine of eleven. Of fewer
# than five rounds all must be.
CHANCE = 0.07
FEW_ROUNDS = 5

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
        """Even is what is close, undecided what may be on its side of 1 by chance."""
        if self.dear:
            return 'not comparable'
        if not side(self.ratio):
            return 'even'
        if not one_sided(self.ratios):
            return 'undecided'
        return 'ahead' if self.ratio < 1 else 'behind'

    @property
    def words(self):
        told = {
            'not comparable': f'not comparable: {few(self.dear)}',
            'even': f'even with {self.peer}',
            'undecided': f'undecided, {self.peer}',
            'ahead': f'flatmap {times(1 / self.ratio)} faster than {self.peer}',
            'behind': f'{self.peer} {times(self.ratio)} faster',
        }
        return told[self.verdict]


def side(ratio):
    """Of 1: -1 if flatmap is ahead, 1 if it is behind, 0 if it is close to it."""
    return (ratio > 1 + EVEN) - (ratio < 1 / (1 + EVEN))


def one_sided(ratios):
    """Are these on one side of 1 by more than chance? (A sign test, of both sides.)"""
    others = min(sum(ratio < 1 for ratio in ratios), sum(ratio > 1 for ratio in ratios))
    if len(ratios) < FEW_ROUNDS:
        return not others
    return 2 * sum(math.comb(len(ratios), k) for k in range(others + 1)) / 2 ** len(ratios) <= CHANCE


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
    """What two harnesses show of the same peer, as a verdict and words: nothing that only one of them does."""
    if first.dear or second is None:
        return first.verdict, first.words
    sides = {side(first.ratio), side(second.ratio)}
    if len(sides) > 1 and differ(first.ratio, second.ratio):
        return 'disputed', 'disputed'
    if len(sides) > 1 or 0 in sides:
        return 'even', f'even with {first.peer}'
    if not one_sided(first.ratios + second.ratios):
        return 'undecided', f'undecided, {first.peer}'
    faster = span(first.ratio, second.ratio)
    if first.ratio < 1:
        return 'ahead', f'flatmap {faster} faster than {first.peer}'
    return 'behind', f'{first.peer} {faster} faster'


def standing(figures, shape, entries, work, threads, among=None):
    """Among these peers, or all. None if flatmap or all of its peers did not run, or one was too short for the clock."""
    lanes = figures.measured(Cell(shape, entries, work, '', threads), judged(work))
    if not lanes:
        return None
    cell = Cell(shape, entries, work, lanes[0], threads)
    peers = [peer for peer in figures.measured(cell, peers_of(cell.lane)) if among is None or peer in among]
    found = {peer: figures.times(cell, peer) for peer in peers}
    if not found or None in found.values():
        return None
    peer = max(found, key=found.get)
    return Standing(cell.lane, peer, tuple(figures.against(cell, peer)),
                    tuple(primitives.dear(figures, cell, [cell.lane, *peers])))
