import unittest

import check


def goals(*verdicts):
    return [{'goal': f'goal {place}', 'verdict': verdict} for place, verdict in enumerate(verdicts)]


class FailuresTest(unittest.TestCase):
    def test_what_was_missed_or_left_out_fails(self):
        self.assertEqual(check.failures(goals('ok', 'falls short', 'not measured')),
                         ['bench: goal 1: falls short', 'bench: goal 2: not measured'])

    def test_what_harnesses_dispute_fails(self):
        self.assertEqual(check.failures(goals('ok', 'disputed')), ['bench: goal 1: disputed'])

    def test_what_cannot_be_compared_does_not(self):
        self.assertEqual(check.failures(goals('ok', 'not comparable')), [])
        self.assertEqual(check.named(goals('ok', 'not comparable'), ('not comparable',)),
                         ['bench: goal 1: not comparable'])

    def test_nothing_that_can_be_judged_fails(self):
        self.assertEqual(check.failures(goals('not comparable', 'not comparable')), ['bench: no goal could be judged'])
        self.assertEqual(check.failures([]), ['bench: no goal could be judged'])


if __name__ == '__main__':
    unittest.main()
