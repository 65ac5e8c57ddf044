"""Whether two series of rounds differ: the rank test of Mann and Whitney, two-sided and exact, by scipy.

It asks how often rounds of the one are above rounds of the other, and nothing about how noise is distributed.
"""
import importlib.util
import math
import sys

# How likely a difference may be by chance alone.
CHANCE = 0.01


def available():
    return importlib.util.find_spec('scipy') is not None


def required():
    """End with what is missing, if scipy is."""
    if not available():
        sys.exit(f'bench: the rank test takes scipy, which {sys.executable} does not have: install the package '
                 'python3-scipy as root')


def least(first, second):
    """The least chance that so many rounds can have: all of one above all of the other."""
    return 2 / math.comb(first + second, first) if first and second else 1


def enough(first, second):
    return least(len(first), len(second)) < CHANCE


def chance(first, second):
    """How likely it is that rounds of the same thing are as far apart as these."""
    import scipy.stats  # pylint: disable=import-outside-toplevel
    return scipy.stats.mannwhitneyu(first, second, alternative='two-sided', method='exact').pvalue
