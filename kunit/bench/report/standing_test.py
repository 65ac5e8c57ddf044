import unittest

from figures import Figures
from standing import standing, together


def time(lane, *rounds, work='update', threads=1, entries=1000):
    return [f'time 8+8 {entries} {work} {lane} {threads} 1 1 {ps}' for ps in rounds]


def stands(lines, work='update', threads=1, entries=1000):
    return standing(Figures(lines), '8+8', entries, work, threads)


class StandingTest(unittest.TestCase):
    def verdict(self, mine, theirs):
        found = stands(time('flatmap-typed', *mine) + time('rhashtable', *theirs))
        return found.verdict, found.words

    def test_ahead_and_behind(self):
        self.assertEqual(self.verdict([1000] * 3, [1300] * 3), ('ahead', 'flatmap 1.3x faster than rhashtable'))
        self.assertEqual(self.verdict([2400] * 3, [1000] * 3), ('behind', 'rhashtable 2.4x faster'))

    def test_five_percent_are_nothing(self):
        self.assertEqual(self.verdict([1040], [1000])[0], 'even')
        self.assertEqual(self.verdict([1000], [1040]), ('even', 'even with rhashtable'))
        self.assertEqual(self.verdict([1060], [1000]), ('behind', 'rhashtable 1.06x faster'))

    def test_noise_is_nothing(self):
        self.assertEqual(self.verdict([900, 900, 1200, 1500, 1500], [1000] * 5),
                         ('undecided', 'undecided, rhashtable'))
        self.assertEqual(self.verdict([700, 700, 900, 1100, 1100], [1000] * 5)[0], 'undecided')
        self.assertEqual(self.verdict([1100, 1100, 1200, 1500, 900], [1000] * 5)[0], 'undecided')
        self.assertEqual(self.verdict([1100, 1100, 1200, 1500, 1010], [1000] * 5)[0], 'behind')
        self.assertEqual(self.verdict([900] * 9 + [1200] * 2, [1000] * 11)[0], 'ahead')
        self.assertEqual(self.verdict([900] * 8 + [1200] * 3, [1000] * 11)[0], 'undecided')

    def test_few_rounds_must_agree(self):
        self.assertEqual(self.verdict([1100, 1200], [1000] * 2)[0], 'behind')
        self.assertEqual(self.verdict([900, 1500, 1500], [1000] * 3)[0], 'undecided')

    def test_ratios_are_taken_within_rounds(self):
        found = stands(time('flatmap-typed', 1000, 9000, 1000) + time('rhashtable', 2000, 18000, 2000))
        self.assertEqual(found.ratios, (0.5, 0.5, 0.5))

    def test_the_fastest_peer_decides(self):
        found = stands(time('flatmap-typed', 2000) + time('rhashtable', 4000) + time('hlist+rcu', 1000) +
                       time('xarray', 1))
        self.assertEqual((found.peer, found.ratio), ('hlist+rcu', 2))

    def test_the_typed_lane_is_judged_where_it_ran(self):
        untyped = time('flatmap', 9000) + time('rhashtable', 1000)
        self.assertEqual(stands(untyped).lane, 'flatmap')
        self.assertEqual(stands(untyped + time('flatmap-typed', 1000)).lane, 'flatmap-typed')

    def test_fills_are_of_the_map_itself(self):
        lines = [line for lane in ('flatmap', 'flatmap-typed', 'rhashtable')
                 for line in time(lane, 1000, work='insert')]
        self.assertEqual(stands(lines, 'insert').lane, 'flatmap')

    def test_multimaps_have_their_own_peer(self):
        found = stands(time('flatmap-multimap', 1000, work='add-value') + time('rhltable', 2000, work='add-value'),
                       'add-value')
        self.assertEqual((found.peer, found.ratio), ('rhltable', 0.5))

    def test_threads_are_told_apart(self):
        lines = time('flatmap-typed', 1000, threads=2) + time('rhashtable', 1000)
        self.assertIsNone(stands(lines, threads=2))
        self.assertIsNone(stands(lines, threads=1))

    def test_what_is_too_short_for_the_clock_is_not_judged(self):
        self.assertIsNone(stands(time('flatmap-typed', 1000) + time('rhashtable', 0) + time('hlist+rcu', 10)))


class TogetherTest(unittest.TestCase):
    def told(self, first, second):
        """Of ratios to rhashtable."""
        return together(*(stands(time('flatmap-typed', ps) + time('rhashtable', 1000)) for ps in (first, second)))

    def test_what_both_show_is_told_as_a_range(self):
        self.assertEqual(self.told(2000, 3000), ('behind', 'rhashtable 2.0x to 3.0x faster'))
        self.assertEqual(self.told(500, 250), ('ahead', 'flatmap 2.0x to 4.0x faster than rhashtable'))
        self.assertEqual(self.told(500, 501), ('ahead', 'flatmap 2.0x faster than rhashtable'))

    def test_opposite_things_are_disputed(self):
        self.assertEqual(self.told(700, 1700), ('disputed', 'disputed'))
        self.assertEqual(self.told(1000, 1300), ('disputed', 'disputed'))

    def test_close_ones_on_both_sides_are_even(self):
        self.assertEqual(self.told(920, 1080), ('even', 'even with rhashtable'))
        self.assertEqual(self.told(1000, 1200), ('even', 'even with rhashtable'))

    def test_rounds_of_both_count_together(self):
        noisy = stands(time('flatmap-typed', 900, 1500, 1500, 1500, 1500) + time('rhashtable', *[1000] * 5))
        clear = stands(time('flatmap-typed', *[1500] * 5) + time('rhashtable', *[1000] * 5))
        self.assertEqual(together(noisy, noisy)[0], 'undecided')
        self.assertEqual(together(noisy, clear)[0], 'behind')

    def test_what_cannot_be_compared_stays_so(self):
        lines = time('flatmap-typed', 1000) + time('rhashtable', 2000)
        self.assertEqual(together(stands([*lines, 'primitive local_irq_save 3143000']), stands(lines))[0],
                         'not comparable')
        self.assertEqual(together(stands(lines), None)[0], 'ahead')


class ComparableTest(unittest.TestCase):
    lines = time('flatmap-typed', 1000) + time('rhashtable', 9000) + time('hlist+rcu', 2000)

    def test_a_candidate_that_is_slowed_down_spoils_the_row(self):
        found = stands(self.lines + ['primitive local_irq_save 3143000'])
        self.assertEqual((found.verdict, found.words), ('not comparable', 'not comparable: local_irq_save'))

    def test_few_are_named(self):
        found = stands([*self.lines, *(f'primitive {name} 9000000' for name in (
            'local_irq_save', 'spin_lock', 'cmpxchg', 'kfree_rcu'))])
        self.assertEqual(found.words, 'not comparable: local_irq_save, spin_lock and 2 more')
        self.assertEqual(len(found.dear), 4)

    def test_what_nobody_in_the_row_uses_does_not(self):
        self.assertEqual(stands(self.lines + ['primitive vmalloc_small 15800000']).verdict, 'ahead')

    def test_one_that_did_not_run_does_not(self):
        lines = time('flatmap-typed', 1000) + time('hlist+rcu', 2000) + ['primitive local_irq_save 3143000']
        self.assertEqual(stands(lines).verdict, 'ahead')


if __name__ == '__main__':
    unittest.main()
