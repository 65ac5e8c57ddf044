"""Who wins: a row for each work, a group of columns for each size, a table for each shape of entries.

With a second harness, its ratios stand beside the first one's.
"""
from lanes import WORKS, in_order
from standing import differ, standing, together
from tables import Group, Table, ratio, shape_words, work_words

SECOND = ';\n! marks where the harnesses differ by more than a quarter, a name is the fastest peer if it is another one'


def random_sizes(figures):
    """Those whose keys have no pattern, which has a table of its own."""
    return [size for size in figures.sizes() if '/' not in size[0]]


def standings(figures):
    """(shape, entries, work, threads) to how flatmap stands there, where that was measured."""
    rows = ((*size, *kind) for size in figures.sizes() for kind in figures.works(*size))
    found = {row: standing(figures, *row) for row in rows}
    return {row: each for row, each in found.items() if each}


def _remark(each, other):
    """A mark if the second harness says another thing, and its fastest peer, if that is another one."""
    told = ('!' if differ(each.ratio, other.ratio) else '', other.peer if other.peer != each.peer else '')
    return ' '.join(filter(None, told))


def _cells(each, other, columns):
    second = (ratio(other.ratio), _remark(each, other)) if other else ('', '')
    return (together(each, other)[1], '' if each.dear else ratio(each.ratio), *second)[:len(columns)]


def _group(size, columns, found, others):
    rows = {work_words(*at[2:]): (each, others.get(at)) for at, each in found.items() if at[:2] == size}
    return Group(f'{size[1]:,} entries', columns,
                 {row: _cells(each, other, columns) for row, (each, other) in rows.items()}, words=columns[::3],
                 marks={row: together(each, other)[0].replace(' ', '-') for row, (each, other) in rows.items()})


def tables(figures, native=None):
    """Native are the figures of the second harness, where there are any."""
    found, others = standings(figures), standings(native) if native else {}
    columns = ('who is faster', figures.harness, native.harness, '') if native else ('who is faster', 'ratio')
    sizes = random_sizes(figures)
    made = []
    for shape in dict.fromkeys(shape for shape, _ in sizes):
        kinds = {at[2:] for at in found if at[0] == shape}
        rows = [work_words(work, threads) for work in in_order((work for work, _ in kinds), WORKS)
                for threads in sorted(threads for name, threads in kinds if name == work)]
        made.append(Table(f'Who wins, {shape_words(shape)}, random keys. A ratio is flatmap\'s time over its fastest '
                          f'peer\'s: below 1 flatmap is ahead{SECOND if native else ""}', rows,
                          [_group(size, columns, found, others) for size in sizes if size[0] == shape]))
    return [table for table in made if table.rows]
