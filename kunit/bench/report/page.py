"""The report as a page that needs nothing else: page.html, filled in."""
import html
import os
import re
import string

import draw
import goals
import plots
import tables
import why
from lanes import LANES, WORKS

TEMPLATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'page.html')


def element(name, content, **attributes):
    """What is in it is HTML already."""
    told = ''.join(f' {key.rstrip("_")}="{html.escape(str(value))}"' for key, value in attributes.items())
    return f'<{name}{told}>{content}</{name}>'


def row(cells, kind='td'):
    return element('tr', ''.join(element(kind, html.escape(cell)) for cell in cells))


def definitions(words, used):
    return ''.join(element('dt', html.escape(name)) + element('dd', html.escape(meaning))
                   for name, meaning in words.items() if name in used)


def paragraphs(text):
    """Blank lines part them; `this` is code."""
    return ''.join(element('p', re.sub(r'`([^`]*)`', r'<code>\1</code>', html.escape(part)))
                   for part in text.split('\n\n'))


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


def goal_rows(outcomes):
    head = row(goals.COLUMNS, 'th')
    return head + ''.join(row(goals.row(outcome)).replace('<tr>', f'<tr class="{outcome.verdict.replace(" ", "-")}">')
                          for outcome in outcomes)


def explanations(figures, outcomes):
    return ''.join(
        element('h3', html.escape(f'{outcome.name}: {goals.tell(outcome.value, outcome.unit)}, at most {outcome.most}'))
        + paragraphs(text or 'There is no explanation yet.')
        for outcome, text in why.explain(figures, outcomes)) or element('p', 'All that was measured meets its goal.')


def table(of):
    """One wide table: the page scrolls, where the text has bands."""
    heads = ''.join(element('th', html.escape(group.title), colspan=len(group.columns), class_='group')
                    for group in of.groups)
    columns = ''.join(element('th', html.escape(column), class_='' if position else 'group')
                      for group in of.groups for position, column in enumerate(group.columns))
    rows = ''.join(
        element('tr', element('th', html.escape(name)) + ''.join(
            element('td', html.escape(cell), class_='' if position else 'group')
            for group in of.groups
            for position, cell in enumerate(group.cells.get(name, ('',) * len(group.columns)))))
        for name in of.rows)
    lines = ''.join(element('tr', element('th', '') + line) for line in (heads, columns)) + rows
    return element('h4', html.escape(of.title)) + element('div', element('table', lines), class_='wide')


def all_tables(figures):
    told = ''
    for size in figures.sizes():
        inner = ''.join(table(each) for each in tables.of_size(figures, *size))
        inner += ''.join(element('p', html.escape(line)) for line in tables.skipped(figures, *size))
        told += element('details', element('summary', tables.size_words(*size)) + inner)
    return told


def drawn(figures):
    if not draw.available():
        return element('p', 'There are no plots: gnuplot was not there to draw them.')
    return ''.join(element('figure', element('figcaption', html.escape(plot.title)) + draw.svg(plot),
                           class_='wide' if plot.wide else 'small') for plot in plots.every(figures))


def page(figures, outcomes, machine):
    with open(TEMPLATE, encoding='utf-8') as file:
        template = string.Template(file.read())
    return template.substitute(
        closing=html.escape(goals.closing(outcomes)),
        size=tables.size_words(goals.SHAPE, goals.ENTRIES),
        machine=machine_rows(machine),
        goals=goal_rows(outcomes),
        why=explanations(figures, outcomes),
        lanes=definitions(LANES, {cell.lane for cell in figures.rounds}),
        works=definitions(WORKS, {cell.work for cell in figures.rounds}),
        plots=drawn(figures),
        tables=all_tables(figures),
    )
