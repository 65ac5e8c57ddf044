"""Keys that are not random: flatmap beside its fastest peer, and beside what it takes with random keys itself.

Those are of other rounds, and often of another load of the module: medians are compared, and small differences say
nothing.
"""
from figures import Cell
from lanes import PATTERNS, in_order
from series import median
from standing import standing
from tables import Group, Table, nanoseconds, ratio, shape_words

WORKS = ('hit', 'miss', 'insert-hinted', 'update')
COLUMNS = ('ns', 'x random', 'x peer', 'fastest peer')


def _pattern(shape):
    return shape.partition('/')[2]


def _cells(figures, shape, entries, work):
    """None where this was not measured."""
    found = standing(figures, shape, entries, work, 1)
    if not found:
        return None
    cell = Cell(shape, entries, work, found.lane, 1)
    mine = median(figures.series(cell))
    random = median(figures.series(cell._replace(shape=shape.partition('/')[0])))
    peer = ('', found.words) if found.dear else (ratio(found.ratio), found.peer)
    return (nanoseconds(mine), ratio(mine / random if random else None), *peer)


def table(figures):
    """None without such keys."""
    sizes = [size for size in figures.sizes() if _pattern(size[0])]
    known = in_order({_pattern(shape) for shape, _ in sizes}, PATTERNS)
    shapes = sorted({shape for shape, _ in sizes}, key=lambda shape: (known.index(_pattern(shape)), shape))
    rows = {f'{shape_words(shape)}: {work}': (shape, work) for shape in shapes for work in WORKS}
    groups = []
    for entries in sorted({entries for _, entries in sizes}):
        found = {name: _cells(figures, shape, entries, work) for name, (shape, work) in rows.items()}
        cells = {name: each for name, each in found.items() if each}
        if cells:
            groups.append(Group(f'{entries:,} entries', COLUMNS, cells, words=COLUMNS[-1:]))
    used = [name for name in rows if any(name in group.cells for group in groups)]
    return Table('Keys that are not random: flatmap\'s nanoseconds, how many times that is those with random keys, and '
                 'how many times the fastest peer\'s', used, groups) if used else None
