"""Who wins: a row for each work, a group of columns for each size, a table for each shape of entries.

With a second harness, its ratios stand beside the first one's, against the same peer.
"""
import dataclasses
from typing import Optional

from figures import Cell
from lanes import PEERS, WORKS, in_order
from standing import Standing, differ, standing, together
from tables import Group, Table, ratio, shape_words, work_words

SECOND = (',\nof the peers that both harnesses have; ! marks where these differ by more than a quarter. Last stands a faster peer '
          'that only uml has')


def random_sizes(figures):
    """Those whose keys have no pattern, which has a table of its own."""
    return [size for size in figures.sizes() if '/' not in size[0]]


@dataclasses.dataclass(frozen=True)
class Row:
    """How flatmap stands: against the fastest of all peers; and against the fastest of those that both harnesses have,
    in each of them, or the same and None without a second one."""
    overall: Standing
    first: Standing
    second: Optional[Standing]

    @property
    def verdict(self):
        return together(self.first, self.second)[0]

    @property
    def remark(self):
        """A mark if the second harness says another thing, and the fastest peer, if it has none such."""
        told = []
        if self.second and differ(self.first.ratio, self.second.ratio):
            told.append('!')
        if self.overall.peer != self.first.peer and not self.overall.dear:
            told.append(f'but {self.overall.words}' if self.overall.verdict == 'behind' else self.overall.words)
        return ' '.join(told)

    def cells(self, columns):
        second = ratio(self.second.ratio) if self.second else ''
        first = '' if self.first.dear else ratio(self.first.ratio)
        return (together(self.first, self.second)[1], first, second, self.remark)[:len(columns)]


def _row(figures, native, at):
    overall = standing(figures, *at)
    if not overall or not native:
        return overall and Row(overall, overall, None)
    both = native.measured(Cell(*at[:3], '', at[3]), PEERS)
    first = standing(figures, *at, among=both)
    second = first and standing(native, *at, among=(first.peer,))
    return Row(overall, first, second) if second else Row(overall, overall, None)


def standings(figures, native=None):
    """(shape, entries, work, threads) to its row, where that was measured."""
    rows = ((*size, *kind) for size in figures.sizes() for kind in figures.works(*size))
    found = {at: _row(figures, native, at) for at in rows}
    return {at: row for at, row in found.items() if row}


def _group(size, columns, found):
    rows = {work_words(*at[2:]): row for at, row in found.items() if at[:2] == size}
    return Group(f'{size[1]:,} entries', columns, {words: row.cells(columns) for words, row in rows.items()},
                 words=columns[::3], marks={words: row.verdict.replace(' ', '-') for words, row in rows.items()})


def tables(figures, native=None):
    """Native are the figures of the second harness, where there are any."""
    found = standings(figures, native)
    columns = ('who is faster', figures.harness, native.harness, '') if native else ('who is faster', 'ratio')
    sizes = random_sizes(figures)
    made = []
    for shape in dict.fromkeys(shape for shape, _ in sizes):
        kinds = {at[2:] for at in found if at[0] == shape}
        rows = [work_words(work, threads) for work in in_order((work for work, _ in kinds), WORKS)
                for threads in sorted(threads for name, threads in kinds if name == work)]
        made.append(Table(f'Who wins, {shape_words(shape)}, random keys. A ratio is flatmap\'s time over its fastest '
                          f'peer\'s: below 1 flatmap is ahead{SECOND if native else ""}', rows,
                          [_group(size, columns, found) for size in sizes if size[0] == shape]))
    return [table for table in made if table.rows]
