"""The run as JSON: every figure of each round, what follows from them, and the machine."""
from goals import ENTRIES, SHAPE
from harnesses import disagreements
from head import standings
from lanes import peers_of
from series import median, spread


def _cell(figures, cell):
    reference, ratios = figures.reference(cell)
    return cell._asdict() | {
        'median_ns': median(figures.rounds[cell]),
        'reference': reference,
        'times_reference': median(ratios) if reference else None,
        'spread': spread(ratios),
        'ratios': ratios,
        'times_line': figures.times_line(cell),
        'times_fastest_peer': figures.times_fastest(cell, peers_of(cell.lane)),
        'rounds_ns': figures.rounds[cell],
        'means_ns': figures.means.get(cell),
    }


def _growth(of):
    return [key._asdict() | {'rounds': rounds, 'medians': [median(column) for column in zip(*rounds)]}
            for key, rounds in of.items()]


def _goal(outcome):
    return {
        'goal': outcome.name,
        'lane': outcome.lane,
        'at_most': outcome.most,
        'measured': outcome.value,
        'verdict': outcome.verdict,
        'beside': outcome.beside,
        'dear': outcome.dear,
    }


def _standing(at, found):
    return dict(zip(('shape', 'entries', 'work', 'threads'), at)) | {
        'lane': found.lane,
        'fastest_peer': found.peer,
        'times_fastest_peer': found.ratio,
        'verdict': found.verdict,
        'dear': found.dear,
    }


def _disagreement(found):
    return found.cell._asdict() | {'peer': found.peer, 'uml': found.first, 'native': found.second}


def _measured(figures):
    return {
        'standings': [_standing(at, row.overall) for at, row in standings(figures).items()],
        'cells': [_cell(figures, cell) for cell in figures.rounds],
        'memory_bytes': _growth(figures.memory),
        'latency_ns': _growth(figures.latency),
        'churn_ns': [cell._asdict() | {'rounds': rounds} for cell, rounds in figures.churn.items()],
        'counts': [cell._asdict() | {'rounds': events} for cell, events in figures.counts.items()],
        'skipped': [skip._asdict() for skip in figures.skipped],
    }


def record(figures, native, outcomes, machine):
    """Native are the figures of the second harness, or None."""
    return {
        'machine': machine,
        'goals_shape': SHAPE,
        'goals_entries': ENTRIES,
        'goals': [_goal(outcome) for outcome in outcomes],
        'primitives_ns': figures.primitives,
        **_measured(figures),
        'native': _measured(native) if native else None,
        'disagreements': [_disagreement(found) for found in disagreements(figures, native)] if native else None,
    }
