"""What rounds say together: medians, quartiles, and ratios that are taken round by round.

A series is what one thing took in each round. Whatever slows the machine down for a while slows everything in that
round down, so two things are compared within each round, never by the medians of different ones.
"""
import statistics


def median(series):
    """None of no rounds."""
    rounds = list(series)
    return statistics.median(rounds) if rounds else None


def quartiles(series):
    """Lower quartile, median and upper quartile; of two rounds these stand for the quartiles, of one there are none."""
    if len(series) < 2:
        return None
    low, middle, high = statistics.quantiles(series, method='inclusive')
    return (low, middle, high) if len(series) > 2 else (min(series), middle, max(series))


def spread(series):
    """Between the quartiles, as a part of the median; of one round it is unknown, None."""
    if len(series) < 2:
        return None
    low, middle, high = quartiles(series)
    return (high - low) / middle if middle else 0.0


def ratios(mine, theirs):
    """How many times theirs mine is, in each round that both have; not where theirs was too short for the clock."""
    return [a / b for a, b in zip(mine, theirs) if b]


def middle_of(many):
    """The median of several series, round by round: one that no single lane among them can move far."""
    return [statistics.median(each) for each in zip(*many)]
