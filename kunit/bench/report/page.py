"""The report as a page that needs nothing else: page.html, filled in."""
import html
import os
import string

import costs
import counters
import draw
import goals
import harnesses
import head
import patterns
import plots
import primitives
import tables
import why
from lanes import LANES, PATTERNS, WORKS
from markup import code, definitions, element, folded, paragraphs, row, table, titled

TEMPLATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'page.html')

OPENINGS = {
    'uml': ('the drag race', 'flatmap against what else the kernel has, in one boot of one kernel.'),
    'native': ('the drag race, natively', 'flatmap against what else the kernel has, all of it compiled for userspace, '
                                          'in one process.'),
}
RATIO = 'The figure beside it is flatmap\'s time over that peer\'s, taken within each round: below 1 flatmap is ahead.'
RATIOS = ('All of it was measured twice on this machine: in User Mode Linux, a kernel with its own slab, RCU and locks (uml), '
          'and as a program in userspace with others in their place (native). The figures beside a cell are flatmap\'s time '
          'over that of the peer it names, the fastest in uml of those that both have: below 1 flatmap is ahead. The cell '
          'tells what both show; ! marks where they differ by more than a quarter, and the reasons follow below. '
          '<span class="disputed">Disputed</span> is where they say different things. What stands last is a BPF map that is '
          'faster than that peer, which only uml has.')
# What the verdicts look like is page.html's.
LEGEND = ('Each cell says who is faster and by how much: <span class="ahead">flatmap</span> or '
          '<span class="behind">a peer</span>; <span class="even">even</span> is within 5 %, undecided what rounds are too '
          'far apart for. {} Where it says <span class="not-comparable">not comparable</span>, something that flatmap or a '
          'peer takes is <em>dear</em> in the table of primitives below, and nothing follows from the times. What is '
          '<em>cheap</em> there, the slab above all, favours the peers.')


def machine_rows(machine):
    told = {
        'CPU': machine['cpu'],
        'CPUs in use': str(machine['cpus']),
        'caches': ', '.join(machine['caches']),
        'kernel': machine['kernel'],
        'date': machine['date'],
        'commit': machine['commit'],
    }
    return ''.join(row((name, value)) for name, value in told.items() if value)


def winners(figures, native):
    """The shape that goals are for stands open."""
    made = head.tables(figures, native)
    first = element('p', LEGEND.format(RATIOS if native else RATIO))
    return element('div', first + ''.join(folded(each.title.partition('.')[0], table(each), opened=not place)
                                          for place, each in enumerate(made)), class_='winners')


def primitive_table(figures):
    """Where each figure comes from is told below the table."""
    if figures.harness == 'native':
        return element('p', 'The native harness has no kernel, so none of these.')
    known = primitives.primitives().values()
    told = ''.join(
        element('dt', html.escape(each.name)) +
        element('dd', html.escape(each.words) + (
            f'; {html.escape(each.source)}' if each.source else '; none published') + (
            f': {html.escape(each.derived)}' if each.derived else '')) for each in known)
    sources = ''.join(element('dt', html.escape(name)) + element('dd', html.escape(text))
                      for name, text in primitives.sources().items())
    return (table(costs.table(figures)) + element('p', html.escape(costs.note(figures))) +
            folded('What they are, and how the figures follow from their sources', element('dl', told)) +
            folded('The sources', element('dl', sources)))


def disagreement(figures, native):
    if not native:
        return element('p', f'Only the {figures.harness} harness ran.')
    found = harnesses.disagreements(figures, native)
    if not found:
        return element('p', 'They agree to a quarter in every row that both have.')
    texts = harnesses.reasons()
    told = [(each.name, each.reason(texts)) for each in found]
    return table(harnesses.table(found)) + element('dl', ''.join(
        element('dt', html.escape(name)) + element('dd', code(reason)) for name, reason in told
        if reason != harnesses.UNKNOWN))


def goal_rows(outcomes):
    if not outcomes:
        return row(('Goals are of the race in the kernel.',))
    return row(goals.COLUMNS, 'th') + ''.join(
        row(goals.row(outcome)).replace('<tr>', f'<tr class="{outcome.verdict.replace(" ", "-")}">')
        for outcome in outcomes)


def explanations(figures, outcomes):
    return ''.join(
        element('h3', html.escape(f'{outcome.name}: {goals.tell(outcome.value, outcome.unit)}, at most {outcome.most}'))
        + paragraphs(text or 'There is no explanation yet.')
        for outcome, text in why.explain(figures, outcomes)) or element('p', 'Nothing that could be judged does.')


def pattern_table(figures):
    told = patterns.table(figures)
    meanings = {name: meaning for name, (_, meaning) in PATTERNS.items()}
    used = {shape.partition('/')[2] for shape, _ in figures.sizes()}
    return table(told) + element('dl', definitions(meanings, used)) if told else element('p', 'None were raced.')


def counted(every):
    return ''.join(titled(each) for figures in every for each in counters.every(figures)) or element(
        'p', html.escape(counters.NONE))


def all_tables(every):
    told = ''
    for figures in every:
        for size in figures.sizes():
            inner = ''.join(titled(each) for each in tables.of_size(figures, *size))
            inner += ''.join(element('p', html.escape(line)) for line in tables.skipped(figures, *size))
            told += folded(f'{figures.harness}: {tables.size_words(*size)}', inner)
    return told


def drawn(figures):
    if not draw.available():
        return element('p', 'There are no plots: gnuplot was not there to draw them.')
    return ''.join(element('figure', element('figcaption', html.escape(plot.title)) + draw.svg(plot),
                           class_='wide' if plot.wide else 'small') for plot in plots.every(figures))


def page(figures, native, outcomes, machine):
    """Native are the figures of the second harness, or None."""
    every = [each for each in (figures, native) if each]
    title, opening = OPENINGS[figures.harness]
    with open(TEMPLATE, encoding='utf-8') as file:
        template = string.Template(file.read())
    return template.substitute(
        title=title,
        opening=opening,
        closing=html.escape(f' {goals.closing(outcomes).capitalize()}.') if outcomes else '',
        winners=winners(figures, native),
        primitives=primitive_table(figures),
        disagreements=disagreement(figures, native),
        size=tables.size_words(goals.SHAPE, goals.ENTRIES),
        machine=machine_rows(machine),
        goals=goal_rows(outcomes),
        why=explanations(figures, outcomes),
        patterns=pattern_table(figures),
        counters=counted(every),
        lanes=definitions(LANES, {cell.lane for each in every for cell in each.rounds}),
        works=definitions(WORKS, {cell.work for each in every for cell in each.rounds}),
        plots=drawn(figures),
        tables=all_tables(every),
    )
