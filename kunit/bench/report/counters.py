"""What the CPU counted, of one operation: a table for each size, where the harness asked it and it could tell."""
from lanes import LANES, WORKS, in_order
from series import median
from tables import Group, Table, size_words, work_words

EVENTS = ('instructions', 'cycles', 'cache-misses', 'dTLB-load-misses')
NONE = 'No events were counted: only the native harness asks for them, and many virtual machines have no counters.'


def _told(value):
    return f'{value:,.0f}' if value >= 100 else f'{value:.2f}'


def _group(counts, kind):
    cells = {cell.lane: events for cell, events in counts.items() if (cell.work, cell.threads) == kind}
    columns = tuple(in_order((event for events in cells.values() for event in events), EVENTS))
    return Group(work_words(*kind), columns, {
        lane: [_told(median(events[event])) if event in events else '' for event in columns]
        for lane, events in cells.items()})


def table(figures, shape, entries):
    counts = {cell: events for cell, events in figures.counts.items() if cell[:2] == (shape, entries)}
    kinds = {(cell.work, cell.threads) for cell in counts}
    works = in_order((work for work, _ in kinds), WORKS)
    return Table(f'{size_words(shape, entries)}: events of an operation, counted by the CPU',
                 in_order((cell.lane for cell in counts), LANES),
                 [_group(counts, kind) for kind in sorted(kinds, key=lambda kind: (works.index(kind[0]), kind[1]))])


def every(figures):
    """The tables of all sizes that have any."""
    sizes = dict.fromkeys(cell[:2] for cell in figures.counts)
    return [table(figures, *size) for size in sizes]
