"""Where the two harnesses disagree: rows whose ratios differ by more than a quarter, and why they do.

The reasons are the sections of why-differ.md. One is headed by a row's name, `WORK / PEER` or `WORK, 2 threads / PEER`,
and by what it explains, `, higher natively` or `, lower natively`; then it is of all sizes, or of one that follows, `: 4,096
entries of 8 + 8 bytes`. One of a size that explains both directions names neither.
"""
import dataclasses
import os

import primitives
import why
from figures import Cell
from lanes import judged
from standing import APART, apart, differ
from tables import Group, Table, ratio, size_words, work_words

PEERS = ('rhashtable', 'hlist+rcu')
TEXTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'why-differ.md')
UNKNOWN = 'no reason is known yet'


@dataclasses.dataclass(frozen=True)
class Disagreement:
    """What both measured: the ratio of the cell to that of the peer."""
    cell: Cell
    peer: str
    first: float
    second: float
    dear: tuple

    @property
    def row(self):
        return f'{work_words(self.cell.work, self.cell.threads)} / {self.peer}'

    @property
    def name(self):
        return f'{self.row}: {self.size}'

    @property
    def size(self):
        return size_words(self.cell.shape, self.cell.entries)

    @property
    def apart(self):
        return apart(self.first, self.second)

    def reason(self, texts):
        """A row that cannot be compared in one of them needs no other reason."""
        if self.dear:
            return f'not comparable in User Mode Linux: {", ".join(self.dear)}'
        what = f'{self.row}, {"higher" if self.second > self.first else "lower"} natively'
        return texts.get(f'{self.row}: {self.size}') or texts.get(f'{what}: {self.size}') or texts.get(what) or UNKNOWN


def reasons():
    return why.read(TEXTS)


def disagreements(first, second):
    """All of them, by size and work."""
    found = []
    for size in first.sizes():
        for work, threads in first.works(*size):
            blank = Cell(*size, work, '', threads)
            both = [lane for lane in judged(work) if first.measured(blank, [lane]) and second.measured(blank, [lane])]
            for peer in PEERS if both else ():
                cell = blank._replace(lane=both[0])
                ratios = [figures.times(cell, peer) for figures in (first, second)]
                if differ(*ratios):
                    dear = primitives.dear(first, cell, [cell.lane, peer])
                    found.append(Disagreement(cell, peer, *ratios, tuple(dear)))
    return found


def table(found):
    """The reasons themselves are for the page."""
    texts = reasons()

    def brief(each):
        told = each.reason(texts)
        return told if each.dear or told == UNKNOWN else 'told on the page'

    cells = {each.name: (ratio(each.first), ratio(each.second), ratio(each.apart), brief(each)) for each in found}
    return Table('Harnesses that disagree: flatmap\'s time over the peer\'s, where one ratio is more than '
                 f'{APART} times the other', list(cells),
                 [Group('ratio', ('uml', 'native', 'apart', 'reason'), cells, words=('reason',))])
