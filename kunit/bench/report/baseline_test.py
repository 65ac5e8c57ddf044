import contextlib
import io
import json
import os
import tempfile
import unittest
from unittest import mock

import baseline
import ranks

NAME = '8+8 1000 hit 1 flatmap'
SCIPY = unittest.skipUnless(ranks.available(), 'this Python has no scipy')


def rounds(middle, count=5, step=0.001):
    """So many, all of them different."""
    return [middle + step * place for place in range(count)]


def kept(ratios, reference='line'):
    return {'machine': {}, 'cells': {NAME: [100.0, ratios, reference]}}


@SCIPY
class ChangeTest(unittest.TestCase):
    def change(self, now, was, reference='line'):
        return baseline.change([0, now, reference], [0, was, reference])

    def test_a_tenth_is_the_least(self):
        self.assertIsNone(self.change(rounds(1.09), rounds(1)))
        self.assertAlmostEqual(self.change(rounds(1.2, step=0), rounds(1, step=0)), 0.2)

    def test_faster_and_slower_are_alike(self):
        self.assertIsNone(self.change(rounds(1), rounds(1.09)))
        self.assertLess(self.change(rounds(1), rounds(1.11)), 0)

    def test_noise_is_no_change(self):
        self.assertIsNone(self.change([1, 1.2, 1.2, 1.2, 1.4], [0.9, 1, 1, 1.1, 1.3]))

    def test_bytes_have_no_noise(self):
        self.assertAlmostEqual(self.change([120], [100], baseline.BYTES), 0.2)
        self.assertIsNone(self.change([105], [100], baseline.BYTES))


@SCIPY
class CompareTest(unittest.TestCase):
    def test_a_move_is_told(self):
        told = list(baseline.compare(kept(rounds(1.5)), kept(rounds(1))))
        self.assertRegex(told[0], r'^slower .*\+50% .* hit .* flatmap .*1\.00 to 1\.50 x the line')
        self.assertEqual(told[1:], ['bench: 1 cells compared, 1 moved beyond the noise'])

    def test_no_move_is_told_too(self):
        self.assertEqual(list(baseline.compare(kept(rounds(1)), kept(rounds(1)))),
                         ['bench: 1 cells compared, 0 moved beyond the noise'])

    def test_bytes_need_no_rounds(self):
        self.assertEqual(len(list(baseline.compare(kept([120], 'bytes'), kept([100], 'bytes')))), 2)

    def test_too_few_rounds_are_counted_and_no_move(self):
        self.assertEqual(list(baseline.compare(kept(rounds(9, 3)), kept(rounds(1, 3)))), [
            'bench: 0 cells compared, 0 moved beyond the noise; 1 cells have too few rounds to tell'])


class StoredTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.path = os.path.join(scratch.name, 'baseline.json')

    def ends(self, *words):
        with self.assertRaises(SystemExit) as raised, contextlib.redirect_stdout(io.StringIO()):
            baseline.main(*words)
        return str(raised.exception.code)

    def write(self, content):
        with open(self.path, 'w', encoding='utf-8') as out:
            json.dump(content, out)

    def test_what_is_written_is_read(self):
        baseline.write(kept(rounds(1)), self.path)
        self.assertEqual(baseline.stored(self.path), kept(rounds(1)))

    def test_a_cell_has_a_line(self):
        baseline.write(kept([1.25, 1.5]), self.path)
        with open(self.path, encoding='utf-8') as file:
            self.assertIn(f'"{NAME}": [100.0,[1.25,1.5],0]\n', file.read())

    def test_one_without_rounds_is_refused(self):
        self.write({'machine': {}, 'references': ['line'], 'cells': {NAME: [100.0, 1.0, 0.1, 0]}})
        with self.assertRaisesRegex(SystemExit, 'before rounds were kept.*`make bench-baseline` stores a new one'):
            baseline.stored(self.path)

    def test_another_file_is_refused(self):
        self.write({'goals': []})
        with self.assertRaisesRegex(SystemExit, 'of another kind'):
            baseline.stored(self.path)

    def test_without_scipy_it_says_what_is_missing(self):
        baseline.write(kept(rounds(1)), self.path)
        run = os.path.join(os.path.dirname(self.path), 'run.json')
        with open(run, 'w', encoding='utf-8') as out:
            json.dump({'machine': {}, 'goals': [], 'cells': [], 'memory_bytes': []}, out)
        with mock.patch.object(ranks, 'available', return_value=False):
            self.assertIn('python3-scipy', self.ends('compare', run, self.path))


class SummaryTest(unittest.TestCase):
    cell = {'shape': '8+8', 'entries': 1000, 'work': 'hit', 'threads': 1, 'lane': 'flatmap', 'median_ns': 100.04,
            'reference': 'line', 'times_reference': 1.0, 'ratios': [1.00049, 0.99951]}
    ran = {
        'machine': {},
        'cells': [cell, cell | {'lane': 'line', 'reference': None, 'times_reference': None}],
        'memory_bytes': [
            {'shape': '8+8', 'entries': 1000, 'lane': 'flatmap', 'hint': 'hinted',
             'rounds': [[50.0, 40.0], [52.0, 41.0]]},
        ],
    }

    def test_rounds_are_kept_to_three_digits(self):
        self.assertEqual(baseline.summary(self.ran)['cells'][NAME], [100.0, [1.0, 1.0], 'line'])

    def test_cells_without_a_reference_are_left_out(self):
        self.assertEqual(set(baseline.summary(self.ran)['cells']), {NAME, '8+8 1000 memory-hinted 1 flatmap'})

    def test_bytes_are_the_averages(self):
        self.assertEqual(baseline.summary(self.ran)['cells']['8+8 1000 memory-hinted 1 flatmap'],
                         [None, [50.0, 52.0], 'bytes'])

    def test_only_the_same_reference_compares(self):
        self.assertEqual(baseline.comparable(kept([1]), kept([2])), [NAME])
        self.assertEqual(baseline.comparable(kept([1]), kept([2], 'median of bpf-hash')), [])


if __name__ == '__main__':
    unittest.main()
