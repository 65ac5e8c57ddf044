"""Pieces of HTML, and tables as HTML."""
import html
import re


def element(name, content, **attributes):
    """What is in it is HTML already."""
    told = ''.join(f' {key.rstrip("_")}="{html.escape(str(value))}"' for key, value in attributes.items())
    return f'<{name}{told}>{content}</{name}>'


def code(text):
    """`This` is code."""
    return re.sub(r'`([^`]*)`', r'<code>\1</code>', html.escape(text))


def row(cells, kind='td'):
    return element('tr', ''.join(element(kind, html.escape(cell)) for cell in cells))


def definitions(words, used):
    return ''.join(element('dt', html.escape(name)) + element('dd', code(meaning))
                   for name, meaning in words.items() if name in used)


def paragraphs(text):
    """Blank lines part them."""
    return ''.join(element('p', code(part)) for part in text.split('\n\n'))


def folded(summary, content, opened=False):
    return f'<details{" open" if opened else ""}>{element("summary", html.escape(summary))}{content}</details>'


def _cell(group, name, position):
    classes = ['words'] if group.columns[position] in group.words else []
    if not position:
        classes += ['group', group.marks.get(name, '')]
    text = group.cells[name][position] if name in group.cells else ''
    return element('td', html.escape(text), class_=' '.join(filter(None, classes)))


def table(of):
    """One wide table: the page scrolls, where the text has bands."""
    heads = ''.join(element('th', html.escape(group.title), colspan=len(group.columns), class_='group')
                    for group in of.groups)
    columns = ''.join(element('th', html.escape(column), class_='' if position else 'group')
                      for group in of.groups for position, column in enumerate(group.columns))
    rows = ''.join(
        element('tr', element('th', html.escape(name)) + ''.join(
            _cell(group, name, position) for group in of.groups for position in range(len(group.columns))))
        for name in of.rows)
    lines = ''.join(element('tr', element('th', '') + line) for line in (heads, columns)) + rows
    return element('div', element('table', lines), class_='wide')


def titled(of):
    return element('h4', html.escape(of.title)) + table(of)
