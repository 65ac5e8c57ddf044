import unittest

import primitives
from figures import Cell, Figures
from lanes import LANES, LIMITS, WORKS


def measured(**picoseconds):
    return Figures(f'primitive {name} {ps}' for name, ps in picoseconds.items())


def dear(figures, lanes, work):
    return primitives.dear(figures, Cell('8+8', 1000, work, '', 1), lanes)


class InterruptedTest(unittest.TestCase):
    """Of a fill that takes 1,000,000 ns."""

    def dear(self, count, hint='unhinted', ipi_ps=20000000):
        figures = Figures([f'primitive ipi {ipi_ps}', f'fill 8+8 1000 flatmap {hint} 1000000',
                           f'ipis 8+8 1000 flatmap {hint} {count}'])
        return dear(figures, ['flatmap', 'rhashtable'], 'insert' if hint == 'unhinted' else 'insert-hinted')

    def test_a_tenth_of_the_time_is_too_much(self):
        self.assertEqual(self.dear(5), [])
        self.assertEqual(self.dear(6), ['ipi'])
        self.assertEqual(self.dear(6, hint='hinted'), ['ipi'])

    def test_where_they_are_cheap_they_may_be_many(self):
        self.assertEqual(self.dear(1000, ipi_ps=1000000), [])


class DearTest(unittest.TestCase):
    def test_more_than_three_times_is_dear(self):
        published = primitives.primitives()['local_irq_save'].published
        for times, found in ((2.99, []), (3.01, ['local_irq_save'])):
            figures = measured(local_irq_save=round(1000 * published * times))
            self.assertEqual(dear(figures, ['rhashtable'], 'update'), found)

    def test_the_median_of_the_rounds_counts(self):
        figures = Figures(f'primitive spin_lock {ps}' for ps in (8000, 8000, 900000))
        self.assertEqual(dear(figures, ['hlist+rcu'], 'update'), [])

    def test_only_lanes_that_use_it_are_touched(self):
        figures = measured(local_irq_save=3000000)
        self.assertEqual(dear(figures, ['flatmap-typed', 'hlist+rcu', 'line'], 'update'), [])
        self.assertEqual(dear(figures, ['flatmap-typed', 'rhashtable'], 'hit'), [])
        self.assertEqual(dear(figures, ['flatmap-typed', 'rhashtable'], 'delete'), ['local_irq_save'])

    def test_what_nobody_published_decides_nothing(self):
        self.assertIsNone(primitives.primitives()['queue_work'].published)
        self.assertEqual(dear(measured(queue_work=10 ** 9), ['flatmap'], 'insert'), [])

    def test_what_was_not_measured_decides_nothing(self):
        self.assertEqual(dear(Figures([]), ['flatmap', 'rhashtable'], 'insert'), [])


class UsesTest(unittest.TestCase):
    def test_only_growth_allocates_tables(self):
        for lane in ('flatmap', 'rhashtable'):
            self.assertIn('vmalloc_large', primitives.uses(lane, 'insert', 65536))
            self.assertNotIn('vmalloc_large', primitives.uses(lane, 'insert-hinted', 4096))
        self.assertNotIn('vmalloc_large', primitives.uses('flatmap', 'insert-hinted', 1000000))

    def test_a_hint_that_is_too_small_is_none(self):
        self.assertIn('kmalloc_page', primitives.uses('rhashtable', 'insert-hinted', 98305))
        self.assertNotIn('kmalloc_page', primitives.uses('rhashtable', 'insert-hinted', 98304))

    def test_churn_deletes_and_inserts(self):
        self.assertLessEqual({'kfree_rcu', 'kmem_cache_alloc'}, primitives.uses('hlist+rcu', 'churn', 1000))

    def test_lanes_like_another_use_the_same(self):
        self.assertEqual(primitives.uses('flatmap-typed', 'delete', 1), primitives.uses('flatmap', 'delete', 1))
        self.assertTrue(primitives.uses('flatmap', 'delete', 1))

    def test_all_that_race_and_all_works_are_known(self):
        for lane in set(LANES) - set(LIMITS) - {'nothing', 'xarray'}:
            self.assertTrue(primitives.uses(lane, 'hit', 1), lane)
        self.assertEqual(set(primitives.OPERATIONS), set(WORKS))

    def test_what_is_used_is_in_the_table(self):
        for lane in LANES:
            for work in WORKS:
                self.assertLessEqual(primitives.uses(lane, work, 10 ** 6), set(primitives.primitives()))


class PublishedTest(unittest.TestCase):
    def test_no_figure_without_a_source(self):
        for primitive in primitives.primitives().values():
            self.assertEqual(primitive.published is None, primitive.source is None, primitive.name)
            if primitive.source:
                self.assertIn(primitive.source, primitives.sources())

    def test_small_vmalloc_is_in_no_timed_loop(self):
        used = set().union(*(primitives.uses(lane, work, 10 ** 6) for lane in LANES for work in WORKS))
        self.assertNotIn('vmalloc_small', used)


if __name__ == '__main__':
    unittest.main()
