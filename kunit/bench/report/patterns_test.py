import unittest

import patterns
from figures import Figures


def time(lane, ps, shape='8+8/pid', entries=4096, work='hit'):
    return f'time {shape} {entries} {work} {lane} 1 1 1 {ps}'


class PatternsTest(unittest.TestCase):
    lines = [time('flatmap-typed', 3000), time('rhashtable', 2000), time('hlist+rcu', 6000),
             time('flatmap-typed', 2000, shape='8+8'), time('rhashtable', 1000, shape='8+8')]

    def test_beside_the_peer_and_random_keys(self):
        told = patterns.table(Figures(self.lines))
        self.assertEqual(told.rows, ['8 + 8 bytes, keys of process ids: hit'])
        self.assertEqual(told.groups[0].title, '4,096 entries')
        self.assertEqual(list(told.groups[0].cells.values()), [('3.0', '1.50', '1.50', 'rhashtable')])

    def test_without_random_keys_of_that_shape(self):
        told = patterns.table(Figures(self.lines[:3]))
        self.assertEqual(list(told.groups[0].cells.values()), [('3.0', '', '1.50', 'rhashtable')])

    def test_rows_that_cannot_be_compared_say_so(self):
        lines = [time('flatmap-typed', 3000, work='update'), time('rhashtable', 2000, work='update'),
                 'primitive local_irq_save 3143000']
        told = patterns.table(Figures(lines))
        self.assertEqual(list(told.groups[0].cells.values()), [('3.0', '', '', 'not comparable: local_irq_save')])

    def test_patterns_are_in_order(self):
        lines = [time(lane, 1000, shape=shape) for shape in ('16+8/flow', '8+8/ipv4', '8+8/sequential')
                 for lane in ('flatmap-typed', 'rhashtable')]
        self.assertEqual(patterns.table(Figures(lines)).rows,
                         ['8 + 8 bytes, sequential keys: hit', '8 + 8 bytes, IPv4 addresses: hit',
                          '16 + 8 bytes, 5-tuples: hit'])

    def test_only_random_keys_have_no_table(self):
        self.assertIsNone(patterns.table(Figures(self.lines[3:])))


if __name__ == '__main__':
    unittest.main()
