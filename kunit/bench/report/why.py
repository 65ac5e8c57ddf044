"""Why a goal falls short: the texts of why.md, with this run's own figures in them.

A section is headed by the goal's name, `WORK / AGAINST`. {WORK: LANE / LANE} becomes a ratio, round by round, and
{WORK: LANE} nanoseconds, of the size that goals are for; `WORK, 2 threads` is with two.
"""
import os
import re

from goals import cell_of
from series import median, ratios
from tables import nanoseconds, ratio

TEXTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'why.md')
FIGURE = re.compile(r'\{(?P<work>[^:,{}]+)(?P<two>, 2 threads)?: (?P<lane>[^/{}]+?)(?: / (?P<other>[^{}]+))?\}')


def read(path=TEXTS):
    """Goal to text."""
    with open(path, encoding='utf-8') as file:
        sections = re.split(r'^# (.*)$', file.read(), flags=re.MULTILINE)
    return {name.strip(): text.strip() for name, text in zip(sections[1::2], sections[2::2])}


def measured(figures, work, lane, other=None, threads=1):
    mine = figures.series(cell_of(work, lane, threads))
    if not other:
        return f'{nanoseconds(median(mine))} ns' if mine else '(not measured)'
    found = ratios(mine, figures.series(cell_of(work, other, threads)))
    return f'{ratio(median(found))} x' if found else '(not measured)'


def fill(text, figures):
    return FIGURE.sub(lambda match: measured(figures, match['work'], match['lane'], match['other'],
                                             2 if match['two'] else 1), text)


def explain(figures, outcomes):
    """Pairs of an outcome that falls short and its explanation, None where nobody has written one."""
    texts = read()
    return [(outcome, fill(texts[outcome.name], figures) if outcome.name in texts else None)
            for outcome in outcomes if outcome.verdict == 'falls short']
