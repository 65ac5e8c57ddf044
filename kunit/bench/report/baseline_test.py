import os
import tempfile
import unittest

import baseline

NAME = '8+8 1000 hit 1 flatmap'


def kept(ratio, spread=0.0, reference='line'):
    return {'machine': {}, 'cells': {NAME: [100.0, ratio, spread, reference]}}


class ChangeTest(unittest.TestCase):
    def change(self, ratio, was, spread=0.0, spread_was=0.0):
        return baseline.change([0, ratio, spread, 'line'], [0, was, spread_was, 'line'])

    def test_a_tenth_is_the_least(self):
        self.assertIsNone(self.change(1.09, 1))
        self.assertAlmostEqual(self.change(1.2, 1), 0.2)

    def test_faster_and_slower_are_alike(self):
        self.assertIsNone(self.change(1, 1.09))
        self.assertLess(self.change(1, 1.11), 0)

    def test_both_spreads_count(self):
        self.assertIsNone(self.change(1.2, 1, spread=0.1, spread_was=0.11))
        self.assertIsNotNone(self.change(1.22, 1, spread=0.1, spread_was=0.11))


class CompareTest(unittest.TestCase):
    def test_only_the_same_reference_compares(self):
        self.assertEqual(baseline.comparable(kept(1), kept(2)), [NAME])
        self.assertEqual(baseline.comparable(kept(1), kept(2, reference='median of bpf-hash')), [])

    def test_a_move_is_told(self):
        told = list(baseline.compare(kept(1.5), kept(1)))
        self.assertRegex(told[0], r'^slower .*\+50% .* hit .* flatmap .*1\.00 to 1\.50 x the line')
        self.assertEqual(told[1:], ['bench: 1 cells compared, 1 moved beyond the noise'])

    def test_no_move_is_told_too(self):
        self.assertEqual(list(baseline.compare(kept(1), kept(1))),
                         ['bench: 1 cells compared, 0 moved beyond the noise'])

    def test_what_is_written_is_read(self):
        with tempfile.TemporaryDirectory() as scratch:
            path = os.path.join(scratch, 'baseline.json')
            baseline.write(kept(1), path)
            self.assertEqual(baseline.stored(path), kept(1))


class SummaryTest(unittest.TestCase):
    ran = {
        'machine': {},
        'cells': [
            {'shape': '8+8', 'entries': 1000, 'work': 'hit', 'threads': 1, 'lane': 'flatmap', 'median_ns': 100.04,
             'reference': 'line', 'times_reference': 1.0, 'spread': 0.0},
            {'shape': '8+8', 'entries': 1000, 'work': 'hit', 'threads': 1, 'lane': 'line', 'median_ns': 100,
             'reference': None, 'times_reference': None, 'spread': 0.2},
            {'shape': '8+8', 'entries': 1000, 'work': 'churn', 'threads': 1, 'lane': 'flatmap', 'median_ns': 100,
             'reference': 'median of bpf-hash', 'times_reference': 1.0, 'spread': None},
        ],
        'memory_bytes': [
            {'shape': '8+8', 'entries': 1000, 'lane': 'flatmap', 'hint': 'hinted', 'medians': [50.0, 40.0]},
        ],
    }

    def test_cells_without_a_reference_or_a_spread_are_left_out(self):
        self.assertEqual(baseline.summary(self.ran)['cells'],
                         {NAME: [100.0, 1.0, 0.0, 'line'],
                          '8+8 1000 memory-hinted 1 flatmap': [None, 50.0, 0, 'bytes']})


if __name__ == '__main__':
    unittest.main()
