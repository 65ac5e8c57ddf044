"""Tables of what was measured, as data and as text: a row for each lane, and columns in groups, one for each work."""
import dataclasses

from figures import Cell
from lanes import LANES, LIMITS, PATTERNS, in_order, peers_of
from series import median
from standing import standing

WIDTH = 130
TIMES = ('p50', 'p99', 'p99.9', 'longest')


@dataclasses.dataclass
class Group:
    """Columns that belong together; cells has the texts of each row that has any. Those of the columns that are words
    begin at the left. A row's first cell is marked by a class of the page's style, if marks has one."""
    title: str
    columns: tuple
    cells: dict
    words: tuple = ()
    marks: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Table:
    title: str
    rows: list
    groups: list


def shape_words(shape):
    sizes, _, pattern = shape.partition('/')
    told = f'{sizes.replace("+", " + ")} bytes'
    return f'{told}, {PATTERNS.get(pattern, (pattern + " keys",))[0]}' if pattern else told


def size_words(shape, entries):
    return f'{entries:,} entries of {shape_words(shape)}'


def work_words(work, threads):
    return work if threads == 1 else f'{work}, {threads} threads'


def nanoseconds(value):
    return f'{value:,.0f}' if value >= 1000 else f'{value:.1f}'


def ratio(value):
    return '' if value is None else f'{value:.1f}' if value >= 10 else f'{value:.2f}'


def percent(value):
    return '' if value is None else f'{100 * value:.0f}%'


def times(figures, shape, entries):
    """Nanoseconds an operation, their spread, and what that is beside one random line and the fastest peer, even where
    standing.py says that nothing follows from it."""
    lanes, groups = figures.lanes(shape, entries), []
    for work, threads in figures.works(shape, entries):
        cells = {}
        for lane in lanes:
            cell = Cell(shape, entries, work, lane, threads)
            if cell in figures.rounds:
                peer = None if lane in LIMITS else figures.times_fastest(cell, peers_of(lane))
                cells[lane] = (nanoseconds(median(figures.rounds[cell])), percent(figures.spread(cell)),
                               ratio(figures.times_line(cell)), ratio(peer))
        found = standing(figures, shape, entries, work, threads)
        title = f'{work_words(work, threads)}{" (not comparable)" if found and found.dear else ""}'
        groups.append(Group(title, ('ns', 'iqr', 'xline', 'xpeer'), cells))
    return Table(f'{size_words(shape, entries)}: nanoseconds an operation, their quartiles\' distance, '
                 'x one random line, x the fastest peer', lanes, groups)


def grown(of, shape, entries):
    """Growth of this size: rows that name lane and hint, and each one's rounds."""
    keys = [key for key in of if key[:2] == (shape, entries)]
    return {f'{lane}, {key.hint}': of[key] for lane in in_order((key.lane for key in keys), LANES)
            for key in sorted(keys) if key.lane == lane}


def memory(figures, shape, entries):
    rows = grown(figures.memory, shape, entries)
    cells = {row: [f'{median(column):.1f}' for column in zip(*rounds)] for row, rounds in rows.items()}
    title = f'{size_words(shape, entries)}: bytes an entry, averaged over the growth from a tenth on, and in the end'
    return Table(title, list(rows), [Group('bytes', ('average', 'full'), cells)])


def latency(figures, shape, entries):
    rows = grown(figures.latency, shape, entries)
    columns = {row: [f'{median(column):,.0f}' for column in zip(*rounds)] for row, rounds in rows.items()}
    return Table(f'{size_words(shape, entries)}: nanoseconds of single inserts into an empty table, clock included',
                 list(rows), [
                     Group('uninterrupted ones', TIMES, {row: cells[5:9] for row, cells in columns.items()}),
                     Group('all', TIMES, {row: cells[1:5] for row, cells in columns.items()}),
                     Group('interrupted', ('inserts',), {row: cells[9:10] for row, cells in columns.items()}),
                 ])


def churn(figures, shape, entries):
    lanes = [lane for lane in figures.lanes(shape, entries) if Cell(shape, entries, 'churn', lane, 1) in figures.churn]
    cells = {}
    for lane in lanes:
        rounds = figures.churn[Cell(shape, entries, 'churn', lane, 1)]
        cells[lane] = [nanoseconds(median(part)) for part in zip(*rounds)]
    parts = max(map(len, cells.values()), default=0)
    return Table(f'{size_words(shape, entries)}: nanoseconds of a delete and an insert as the churn goes on', lanes,
                 [Group('part', tuple(str(part + 1) for part in range(parts)), cells)])


def of_size(figures, shape, entries):
    """All tables of a size that have rows."""
    made = (make(figures, shape, entries) for make in (times, memory, latency, churn))
    return [table for table in made if table.rows]


def skipped(figures, shape, entries):
    """A line for each lane and work of this size that could not run."""
    return [f'{skip.lane}{"" if skip.work == "*" else ", " + skip.work}: skipped, {skip.reason}'
            for skip in figures.skipped if skip[:2] == (shape, entries)]


def _widths(group):
    lines = [group.columns, *group.cells.values()]
    widths = [max(map(len, column)) for column in zip(*lines)]
    lacking = len(group.title) - (sum(widths) + 2 * len(widths) - 2)
    return [widths[0] + max(0, lacking), *widths[1:]]


def _bands(groups, width):
    """Groups that fit beside each other, one list after another."""
    band, used = [], 0
    for group in groups:
        needed = sum(_widths(group)) + 2 * len(group.columns) + 2
        if band and used + needed > width:
            yield band
            band, used = [], 0
        band.append(group)
        used += needed
    if band:
        yield band


def _line(first, parts):
    return ''.join([first, *(f'  | {part}' for part in parts)]).rstrip()


def _cells(group, cells):
    return '  '.join(f'{cell:{"<" if column in group.words else ">"}{width}}'
                     for column, cell, width in zip(group.columns, cells, _widths(group)))


def text(table, width=WIDTH):
    """The table as lines, its groups below each other where they do not fit in this width."""
    first = max(map(len, table.rows))
    yield table.title
    for band in _bands(table.groups, width - first):
        blank = {id(group): ('',) * len(group.columns) for group in band}
        yield ''
        yield _line(' ' * first, (f'{group.title:{len(_cells(group, blank[id(group)]))}}' for group in band))
        yield _line(' ' * first, (_cells(group, group.columns) for group in band))
        for row in table.rows:
            if any(row in group.cells for group in band):
                yield _line(f'{row:{first}}', (_cells(group, group.cells.get(row, blank[id(group)])) for group in band))
