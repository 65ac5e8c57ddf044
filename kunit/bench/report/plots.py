"""What the page's plots show."""
from draw import Plot
from figures import FILLS, Cell
from goals import ENTRIES, SHAPE
from lanes import LANES, LIMITS, WORKS, in_order
from series import median, ratios
from tables import TIMES, grown, size_words, work_words

# What is drawn over the size of the table: few enough lanes for lines to be told apart.
OVER_SIZE = ('flatmap-typed', 'flatmap-batch', 'flatmap', 'rhashtable', 'hlist+rcu', 'bpf-hash', 'bpf-hash-noprealloc',
             'bpf-rhash', 'xarray', 'line', 'line-2', 'flatmap-multimap', 'rhltable')
READS = (('hit', 1), ('dependent-hit', 1))
SCALED = ('hit', 'dependent-hit', 'hot-hit')


def _bars(title, ylabel, columns, rows):
    """Rows and columns that have any value."""
    rows = [row for row in rows if set(row[1:]) != {None}]
    used = [place for place in range(len(columns)) if any(row[1 + place] is not None for row in rows)]
    return Plot(title, ylabel, [columns[place] for place in used],
                [(row[0], *(row[1 + place] for place in used)) for row in rows], bars=True)


def reads(figures, size):
    rows = [(lane, *(median(figures.series(Cell(*size, work, lane, threads))) for work, threads in READS))
            for lane in figures.lanes(*size)]
    return _bars(f'Random hits, {size_words(*size)}: throughput and latency', 'nanoseconds',
                 ['hit (independent)', 'dependent hit'], rows)


def scaling(figures, size):
    def grows(work, lane):
        two, one = (figures.series(Cell(*size, work, lane, threads)) for threads in (2, 1))
        return median(ratios(two, one))

    rows = [(lane, *(grows(work, lane) for work in SCALED)) for lane in figures.lanes(*size)]
    return _bars(f'Two threads at once, {size_words(*size)}: what an operation takes in each', 'times one thread',
                 list(SCALED), rows)


def fills(figures, size):
    rows = [(lane, *(median(figures.series(Cell(*size, work, lane, 1))) for work in FILLS.values()))
            for lane in figures.lanes(*size)]
    return _bars(f'Filling an empty table with {size_words(*size)}', 'nanoseconds an insert',
                 ['not told how many', 'told'], rows)


def memory(figures, size):
    rows = [(name, *(median(column) for column in zip(*rounds)))
            for name, rounds in grown(figures.memory, *size).items()]
    return _bars(f'Memory, {size_words(*size)}', 'bytes an entry', ['averaged over the growth', 'in the end'], rows)


def churn(figures, size):
    found = {cell.lane: [median(part) for part in zip(*rounds)] for cell, rounds in figures.churn.items()
             if cell[:2] == size}
    lanes = in_order(found, LANES)
    rows = [(f'{part + 1}', *parts) for part, parts in enumerate(zip(*(found[lane] for lane in lanes)))]
    return Plot(f'Churn at 75 % load, {size_words(*size)}', 'nanoseconds', lanes, rows, 'part of the churn')


def latency(figures):
    for size in dict.fromkeys(key[:2] for key in figures.latency):
        found = {name: [median(column) for column in list(zip(*rounds))[5:9]]
                 for name, rounds in grown(figures.latency, *size).items()}
        yield Plot(f'Single inserts while a table grows to {size_words(*size)}', 'nanoseconds', list(found),
                   list(zip(TIMES, *found.values())), 'uninterrupted inserts', logscale=True)


def _over_size(figures, shape, work, threads):
    found = {cell: rounds for cell, rounds in figures.rounds.items()
             if (cell.shape, cell.work, cell.threads) == (shape, work, threads)}
    sizes = sorted({cell.entries for cell in found})
    lanes = [lane for lane in OVER_SIZE if sum(cell.lane == lane for cell in found) > 1]
    rows = [(f'{size:,}', *(median(found.get(Cell(shape, size, work, lane, threads), [])) for lane in lanes))
            for size in sizes]
    return Plot(f'{work_words(work, threads)}, {shape}', 'nanoseconds', lanes, rows, 'entries', wide=False)


def over_size(figures):
    kinds = {(cell.shape, cell.work, cell.threads) for cell in figures.rounds
             if cell.lane not in LIMITS and '/' not in cell.shape}
    order = in_order((work for _, work, _ in kinds), WORKS)
    for kind in sorted(kinds, key=lambda kind: (len(kind[0]), order.index(kind[1]), kind[2])):
        yield _over_size(figures, *kind)


def every(figures):
    """All plots that have something to show, of the goals' size, or of the largest if that did not run."""
    sizes = {cell[:2] for cell in figures.rounds}
    size = (SHAPE, ENTRIES) if (SHAPE, ENTRIES) in sizes else max(sizes, key=lambda size: size[1])
    made = [*(make(figures, size) for make in (reads, scaling, fills, memory, churn)), *latency(figures),
            *over_size(figures)]
    return [plot for plot in made if plot.rows and plot.columns]
