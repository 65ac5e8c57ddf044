"""The run as JSON: every figure of each round, what follows from them, and the machine."""
from goals import ENTRIES, SHAPE
from lanes import peers_of
from series import median, spread


def _cell(figures, cell):
    reference, ratios = figures.reference(cell)
    return cell._asdict() | {
        'median_ns': median(figures.rounds[cell]),
        'reference': reference,
        'times_reference': median(ratios) if reference else None,
        'spread': spread(ratios),
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
    }


def record(figures, outcomes, machine):
    return {
        'machine': machine,
        'goals_shape': SHAPE,
        'goals_entries': ENTRIES,
        'goals': [_goal(outcome) for outcome in outcomes],
        'cells': [_cell(figures, cell) for cell in figures.rounds],
        'memory_bytes': _growth(figures.memory),
        'latency_ns': _growth(figures.latency),
        'churn_ns': [cell._asdict() | {'rounds': rounds} for cell, rounds in figures.churn.items()],
        'skipped': [skip._asdict() for skip in figures.skipped],
    }
