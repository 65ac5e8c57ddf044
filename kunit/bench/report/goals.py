"""What the race must show, at a million entries of 8 + 8 bytes, and whether it does.

A goal is not comparable if one of the lanes that it is about uses a primitive of the kernel that is much dearer here
than on bare metal, primitives.py says which: its ratio says nothing then about how fast the map is. Memory, and what
compares flatmap with itself alone, is comparable always. It is disputed if one harness says that it is met and the
other, against those peers that it has, that it is not.

All of it is for the fast keyed hash: the peers' seeded jhash is of that class. Lookups are judged by flatmap-typed, as
the peers' are made for their types at compile time, too; so are changes, which typed or not are the same calls. Fills,
memory and churn are of the map itself. What the untyped map and the default hash take is told beside it.
"""
import dataclasses
from typing import Optional

import primitives
from figures import FILLS, Cell, Growth
from series import median
from tables import work_words

SHAPE = '8+8'
ENTRIES = 1000000

# Who has to be beaten where it says the fastest peer. All of these must have run; the BPF rhash counts where it did.
FASTEST = ('rhashtable', 'hlist+rcu', 'bpf-hash', 'bpf-hash-noprealloc')
MAY_LACK = ('bpf-rhash',)

# What is told beside each lane that is judged.
BESIDE = {
    'flatmap-typed': {'untyped': 'flatmap', 'SipHash': 'flatmap-typed-siphash'},
    'flatmap-batch': {'SipHash': 'flatmap-batch-siphash'},
    'flatmap': {'SipHash': 'flatmap-siphash'},
}


@dataclasses.dataclass
class Outcome:
    """A goal's row of the report. The value is None where it was not measured; dear are the names of what makes it not
    comparable; natively is the value of the second harness, None without one."""
    goal: str
    lane: str
    against: str
    most: float
    value: Optional[float]
    beside: dict
    unit: str = 'x'
    dear: tuple = ()
    natively: Optional[float] = None

    @property
    def name(self):
        return f'{self.goal} / {self.against}' if self.against else self.goal

    @property
    def verdict(self):
        if self.value is None:
            return 'not measured'
        if self.dear:
            return 'not comparable'
        met = {value <= self.most for value in (self.value, self.natively) if value is not None}
        return 'disputed' if len(met) > 1 else 'ok' if met.pop() else 'falls short'


def cell_of(work, lane, threads=1):
    return Cell(SHAPE, ENTRIES, work, lane, threads)


def dear_at(figures, lanes, work, threads=1):
    """What makes those of these lanes that ran not comparable."""
    cell = cell_of(work, '', threads)
    return tuple(primitives.dear(figures, cell, figures.measured(cell, lanes)))


@dataclasses.dataclass(frozen=True)
class Times:
    """The lane's time is at most so many times that of the other, or of the fastest of several."""
    work: str
    against: tuple
    most: float
    lane: str = 'flatmap-typed'
    threads: int = 1
    name: str = ''
    may_lack: tuple = ()
    words: str = ''

    def value(self, figures, lane):
        cell = cell_of(self.work, lane, self.threads)
        if len(figures.measured(cell, self.against)) < len(self.against):
            return None
        return figures.times_fastest(cell, self.against + self.may_lack)

    def natively(self, native):
        """Against those peers that the second harness has."""
        peers = native.measured(cell_of(self.work, self.lane, self.threads), self.against)
        return dataclasses.replace(self, against=tuple(peers)).value(native, self.lane) if peers else None

    def outcome(self, figures):
        beside = {words: self.value(figures, lane) for words, lane in BESIDE[self.lane].items()}
        return Outcome(self.name or work_words(self.work, self.threads), self.lane,
                       self.words or ' or '.join(self.against), self.most, self.value(figures, self.lane), beside,
                       dear=dear_at(figures, (self.lane, *self.against, *self.may_lack), self.work, self.threads))


@dataclasses.dataclass(frozen=True)
class Scaling:
    """What two threads take beside one is at most so many times what it is for the other lane."""
    work: str
    against: str
    most: float
    rounds: int
    lane: str = 'flatmap-typed'

    def value(self, figures, lane):
        rounds = zip(*(figures.series(cell_of(self.work, who, threads)) for who in (lane, self.against)
                       for threads in (2, 1)))
        found = [(mine_2 / mine_1) / (other_2 / other_1) for mine_2, mine_1, other_2, other_1 in rounds
                 if mine_1 and other_2 and other_1]
        return median(found) if len(found) >= self.rounds else None

    def outcome(self, figures):
        beside = {words: self.value(figures, lane) for words, lane in BESIDE[self.lane].items()}
        return Outcome(f'{self.work}, 2 threads over 1', self.lane, f'{self.against}, 2 over 1', self.most,
                       self.value(figures, self.lane), beside,
                       dear=dear_at(figures, (self.lane, self.against), self.work))


@dataclasses.dataclass(frozen=True)
class Bytes:
    """An entry takes at most so many bytes, averaged over the growth from a tenth of the entries on."""
    most: float
    lane: str = 'flatmap'
    beside: tuple = ('rhashtable', 'bpf-hash')

    @staticmethod
    def value(figures, lane):
        """Of a table that was not told what would come, if it can do without."""
        for hint in FILLS:
            rounds = figures.memory.get(Growth(SHAPE, ENTRIES, lane, hint))
            if rounds:
                return median(average for average, _ in rounds)
        return None

    def outcome(self, figures):
        beside = {lane: self.value(figures, lane) for lane in self.beside}
        return Outcome('bytes an entry, growing', self.lane, '', self.most, self.value(figures, self.lane), beside,
                       'bytes')


@dataclasses.dataclass(frozen=True)
class Drift:
    """The last part of the churn takes at most so many times what the first one does."""
    most: float
    lane: str = 'flatmap'
    beside: tuple = ('rhashtable', 'bpf-hash')

    @staticmethod
    def value(figures, lane):
        rounds = figures.churn.get(cell_of('churn', lane), [])
        return median(parts[-1] / parts[0] for parts in rounds)

    def outcome(self, figures):
        beside = {lane: self.value(figures, lane) for lane in self.beside}
        return Outcome('churn, last part', self.lane, 'the first part', self.most, self.value(figures, self.lane),
                       beside)


@dataclasses.dataclass(frozen=True)
class Late:
    """Of inserts that nothing interrupted, p99.9 of an unhinted map is at most so many microseconds above that of a
    hinted one, when it grows to so many entries."""
    entries: int
    most: float
    lane: str = 'flatmap'

    def outcome(self, figures):
        found = (figures.latency.get(Growth(SHAPE, self.entries, self.lane, hint), []) for hint in FILLS)
        unhinted, hinted = ([numbers[7] for numbers in rounds] for rounds in found)
        value = median((a - b) / 1000 for a, b in zip(unhinted, hinted))
        cell = Cell(SHAPE, self.entries, 'insert', self.lane, 1)
        return Outcome(f'insert, p99.9 of {self.entries:,}', self.lane, 'above insert-hinted', self.most, value, {},
                       'us', tuple(primitives.dear(figures, cell, (self.lane,))))


def fastest(work, most, may_lack=MAY_LACK, words='fastest peer', **more):
    return Times(work, FASTEST, most, may_lack=may_lack, words=words, **more)


GOALS = (
    Times('dependent-hit', ('line',), 1.15),
    Times('dependent-hit', ('rhashtable',), 0.7),
    Times('hit', ('hlist+rcu', 'rhashtable'), 0.95),
    Times('hit', ('bpf-hash',), 0.7),
    Times('hit', ('hlist+rcu', 'rhashtable'), 0.95, threads=2),
    Times('hit', ('bpf-hash',), 0.7, threads=2),
    Scaling('hot-hit', 'line', 1.15, rounds=7),
    Times('miss', ('rhashtable',), 1.1),
    Times('hit', ('rhashtable',), 0.35, lane='flatmap-batch', name='hit, batches of 64'),
    Times('hit', ('line',), 0.8, lane='flatmap-batch', name='hit, batches of 64'),
    Times('insert', ('rhashtable',), 0.25, lane='flatmap'),
    fastest('insert-hinted', 0.6, lane='flatmap'),
    fastest('reinsert', 0.6),
    # The BPF rhash writes to the value in its place.
    fastest('update', 0.25, may_lack=(), words='fastest copying peer'),
    fastest('delete', 0.3),
    Bytes(64),
    Drift(1.1),
)
# Of a larger map, which a quick run does not make: a goal where it was measured.
LARGER = (Late(4000000, 5),)


def outcomes(figures, native=None):
    found = [goal.outcome(figures) for goal in GOALS]
    for goal, outcome in zip(GOALS, found):
        if native and isinstance(goal, Times):
            outcome.natively = goal.natively(native)
    larger = (goal.outcome(figures) for goal in LARGER)
    return found + [outcome for outcome in larger if outcome.value is not None]


def tell(value, unit):
    return '' if value is None else f'{value:.2f}' if unit == 'x' else f'{value:.1f}'


COLUMNS = ('goal', 'lane', 'measured', 'at most', 'verdict', 'beside it')


def row(outcome):
    beside = [f'{words} {tell(value, outcome.unit)}' for words, value in outcome.beside.items() if value is not None]
    if outcome.natively is not None:
        beside.append(f'natively {tell(outcome.natively, outcome.unit)}')
    if outcome.verdict == 'not comparable':
        beside.append(f'dear here: {", ".join(outcome.dear)}')
    return (outcome.goal, outcome.lane, tell(outcome.value, outcome.unit),
            f'{outcome.most} {outcome.unit} {outcome.against}'.rstrip(), outcome.verdict, ', '.join(beside))


def lines(found):
    """A line for each goal, and the closing one."""
    rows = [COLUMNS, *map(row, found)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    yield from ('  '.join(f'{part:{width}}' for part, width in zip(parts, widths)).rstrip() for parts in rows)
    yield f'bench: {closing(found)}'


OTHERWISE = ('disputed', 'not comparable', 'not measured')


def closing(found):
    counts = {verdict: sum(outcome.verdict == verdict for outcome in found)
              for verdict in ('ok', 'falls short', *OTHERWISE)}
    told = [f'{counts["ok"]} ok', f'{counts["falls short"]} fall short']
    told += [f'{counts[verdict]} {verdict}' for verdict in OTHERWISE if counts[verdict]]
    return f'of {len(found)} goals, most at {ENTRIES:,} entries, {", ".join(told)}'
