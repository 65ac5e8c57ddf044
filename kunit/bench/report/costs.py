"""What the kernel's primitives cost, as a table: measured in this boot, and on bare metal."""
from machine import page_words
from primitives import DEAR, Primitive, primitives
from tables import Group, Table, nanoseconds, ratio


def _row(primitive, figures):
    published = 'none published' if primitive.published is None else nanoseconds(primitive.published)
    here, times = primitive.here(figures), primitive.times(figures)
    return ('' if here is None else nanoseconds(here), published, ratio(times),
            'dear' if primitive.dear(figures) else 'cheap' if times and times < 1 / DEAR else '')


def table(figures):
    """Nanoseconds here and on bare metal, of those that are known and of what else was measured."""
    unknown = {name: Primitive(name, '', None, None, None) for name in figures.primitives if name not in primitives()}
    told = {**primitives(), **unknown}
    rows = {name: _row(primitive, figures) for name, primitive in told.items()}
    return Table('The kernel\'s primitives: nanoseconds here, on bare-metal x86 by published figures, and how many '
                 f'times that is;\nmore than {DEAR} times is dear, and what uses it is not comparable; less than a third is '
                 'cheap, and favours what uses it', list(rows),
                 [Group('nanoseconds', ('here', 'bare metal', 'times', ''), rows)])


def note(figures):
    """What the size of the pages means for it, and what is missing."""
    told = []
    if figures.pages:
        told.append(f'The host maps the guest\'s memory in pages of {page_words(figures.pages)}.')
    if not figures.primitives:
        told.append('No primitive was measured: which rows can be compared is not known.')
    return ' '.join(told)
