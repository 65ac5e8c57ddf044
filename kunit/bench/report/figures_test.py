import unittest

from figures import Cell, Figures


def time(lane, *rounds, work='hit', threads=1):
    return [f'time 8+8 1000 {work} {lane} {threads} 1 1 {ps}' for ps in rounds]


def cell(lane, work='hit', threads=1):
    return Cell('8+8', 1000, work, lane, threads)


class FiguresTest(unittest.TestCase):
    def test_lines_become_rounds(self):
        figures = Figures([*time('line', 1000, 2000), 'fill 8+8 1000 flatmap hinted 3000'])
        self.assertEqual(figures.series(cell('line')), [1, 2])
        self.assertEqual(figures.series(cell('flatmap', 'insert-hinted')), [3])

    def test_what_is_no_figure_is_refused(self):
        for line in ('time 8+8 1000 hit', 'nonsense 1', '', 'fill 8+8 1000 flatmap sideways 3000'):
            with self.assertRaises(ValueError):
                Figures([line])

    def test_lines_of_the_boot(self):
        figures = Figures(['harness native', 'pages 2048', 'kernel 7.3.4', 'primitive ipi 1500000',
                           'primitive ipi 2500000'])
        self.assertEqual((figures.harness, figures.pages, figures.kernel), ('native', 2048, '7.3.4'))
        self.assertEqual(figures.primitives, {'ipi': [1500, 2500]})

    def test_a_harness_that_is_unknown_is_refused(self):
        with self.assertRaises(ValueError):
            Figures(['harness qemu'])

    def test_counts_are_of_one_operation(self):
        figures = Figures(['count 8+8 1000 hit flatmap 1 cycles 250500', 'count 8+8 1000 hit flatmap 1 cycles 1000'])
        self.assertEqual(figures.counts[cell('flatmap')], {'cycles': [250.5, 1]})

    def test_patterns_of_keys_are_shapes_of_their_own(self):
        figures = Figures([*time('flatmap', 1000), 'time 8+8/pid 1000 hit flatmap 1 1 1 9000'])
        self.assertEqual(figures.series(cell('flatmap')), [1])
        self.assertEqual(figures.sizes(), [('8+8', 1000), ('8+8/pid', 1000)])

    def test_parts_of_churn_belong_to_rounds(self):
        figures = Figures(f'churn 8+8 1000 flatmap {part} 2 1 1 {ps}'
                          for part, ps in ((1, 1000), (2, 2000), (1, 3000), (2, 4000)))
        self.assertEqual(figures.churn[cell('flatmap', 'churn')], [[1, 2], [3, 4]])
        self.assertEqual(figures.series(cell('flatmap', 'churn')), [1.5, 3.5])

    def test_fastest_is_the_one_that_it_compares_worst_with(self):
        figures = Figures(time('flatmap', 2000) + time('rhashtable', 4000) + time('bpf-hash', 1000))
        self.assertEqual(figures.times_fastest(cell('flatmap'), ('rhashtable', 'bpf-hash', 'hlist+rcu')), 2)
        self.assertIsNone(figures.times_fastest(cell('flatmap'), ('hlist+rcu',)))
        self.assertIsNone(figures.times_fastest(cell('flatmap', 'miss'), ('rhashtable',)))

    def test_what_is_too_short_for_the_clock_gives_no_ratio(self):
        figures = Figures(time('flatmap', 2000) + time('rhashtable', 0) + time('bpf-hash', 1000))
        self.assertIsNone(figures.times_fastest(cell('flatmap'), ('rhashtable', 'bpf-hash')))

    def test_what_is_waited_for_refers_to_the_line(self):
        figures = Figures([line for lane, rounds in (('flatmap', (2000, 6000)), ('line', (1000, 2000)),
                                                     ('bpf-hash', (1, 1)))
                           for line in time(lane, *rounds, work='dependent-hit')])
        self.assertEqual(figures.reference(cell('flatmap', 'dependent-hit')), ('line', [2, 3]))

    def test_what_has_no_peers_refers_to_the_line(self):
        figures = Figures(time('flatmap', 2000) + time('line-2', 3000) + time('line', 1000))
        self.assertEqual(figures.reference(cell('flatmap')), ('line', [2]))
        self.assertEqual(figures.reference(cell('line-2')), ('line', [3]))

    def test_other_work_refers_to_the_peers(self):
        figures = Figures([line for lane, ps in (('flatmap', 3000), ('rhashtable', 1000), ('bpf-hash', 1500),
                                                 ('hlist+rcu', 9000), ('xarray', 1))
                           for line in time(lane, ps, work='update')])
        reference = figures.reference(cell('flatmap', 'update'))
        self.assertEqual(reference, ('median of rhashtable, hlist+rcu, bpf-hash', [2]))

    def test_multimaps_have_a_peer_of_their_own(self):
        figures = Figures(time('flatmap-multimap', 2000, work='iterate') + time('rhltable', 1000, work='iterate') +
                          time('rhashtable', 500, work='iterate'))
        self.assertEqual(figures.reference(cell('flatmap-multimap', 'iterate')), ('median of rhltable', [2]))

    def test_nothing_refers_to_itself(self):
        figures = Figures(time('line', 1000) + time('rhltable', 1000, work='add-value'))
        self.assertIsNone(figures.reference(cell('line'))[0])
        self.assertIsNone(figures.reference(cell('rhltable', 'add-value'))[0])

    def test_the_limit_is_the_works_own_or_that_of_hits(self):
        figures = Figures(time('line', 1000) + time('line', 4000, work='dependent-hit') + time('flatmap', 8000) +
                          time('flatmap', 8000, work='dependent-hit') + time('flatmap', 8000, work='miss'))
        self.assertEqual(figures.times_line(cell('flatmap', 'dependent-hit')), 2)
        self.assertEqual(figures.times_line(cell('flatmap', 'miss')), 8)

    def test_skips_are_told_once(self):
        line = 'skip 8+8 1000 bpf-rhash * the kernel has none'
        self.assertEqual([skip.reason for skip in Figures([line, line]).skipped], ['the kernel has none'])


if __name__ == '__main__':
    unittest.main()
