import unittest

import head
import tables
from figures import Figures


def time(lane, ps, entries=4096, work='hit', threads=1, shape='8+8'):
    return f'time {shape} {entries} {work} {lane} {threads} 1 1 {ps}'


LINES = [time('flatmap-typed', 1000), time('rhashtable', 2000), time('flatmap-typed', 3000, entries=65536),
         time('hlist+rcu', 1000, entries=65536), time('flatmap-typed', 1000, work='update'),
         time('rhashtable', 4000, work='update')]


class HeadTest(unittest.TestCase):
    def test_a_row_for_each_work_and_columns_for_each_size(self):
        (table,) = head.tables(Figures(LINES))
        self.assertEqual(table.rows, ['hit', 'update'])
        self.assertEqual([group.title for group in table.groups], ['4,096 entries', '65,536 entries'])
        small, large = table.groups
        self.assertEqual(small.cells, {'hit': ('flatmap 2.0x faster than rhashtable', '0.50'),
                                       'update': ('flatmap 4.0x faster than rhashtable', '0.25')})
        self.assertEqual(large.cells, {'hit': ('hlist+rcu 3.0x faster', '3.00')})
        self.assertEqual((small.marks['hit'], large.marks['hit']), ('ahead', 'behind'))

    def test_threads_have_their_own_row(self):
        lines = [time(lane, 1000, threads=2) for lane in ('flatmap-typed', 'rhashtable')]
        self.assertEqual(head.tables(Figures(LINES + lines))[0].rows, ['hit', 'hit, 2 threads', 'update'])

    def test_what_cannot_be_compared_has_no_ratio(self):
        (table,) = head.tables(Figures([*LINES, 'primitive local_irq_save 3143000']))
        self.assertEqual(table.groups[0].cells['update'], ('not comparable: local_irq_save', ''))
        self.assertEqual(table.groups[0].marks['update'], 'not-comparable')
        self.assertEqual(table.groups[0].cells['hit'][1], '0.50')

    def test_shapes_have_tables_and_patterns_do_not(self):
        more = [time(lane, 1000, shape=shape) for lane in ('flatmap-typed', 'rhashtable')
                for shape in ('16+48', '8+8/pid')]
        self.assertEqual(len(head.tables(Figures(LINES + more))), 2)

    def test_the_second_harness_stands_beside_it(self):
        native = Figures(['harness native', time('flatmap-typed', 1000), time('rhashtable', 1900),
                          time('flatmap-typed', 1000, work='update'), time('rhashtable', 9000, work='update'),
                          time('hlist+rcu', 2000, work='update')])
        (table,) = head.tables(Figures(LINES), native)
        small, large = table.groups
        self.assertEqual(small.columns, ('who is faster', 'uml', 'native', ''))
        self.assertEqual(small.cells['hit'][1:], ('0.50', '0.53', ''))
        self.assertEqual(small.cells['update'][1:], ('0.25', '0.11', '!'))
        self.assertEqual(large.cells['hit'][1:], ('3.00', '', ''))

    def test_a_peer_that_one_harness_lacks_stands_apart(self):
        native = Figures(['harness native', time('flatmap-typed', 1000), time('rhashtable', 1900)])
        (table,) = head.tables(Figures([*LINES, time('bpf-hash', 900)]), native)
        self.assertEqual(table.groups[0].cells['hit'],
                         ('flatmap 1.9x to 2.0x faster than rhashtable', '0.50', '0.53', 'but bpf-hash 1.11x faster'))

    def test_words_begin_at_the_left(self):
        lines = list(tables.text(head.tables(Figures(LINES))[0]))
        self.assertRegex('\n'.join(lines), r'(?m)^update  \| flatmap 4.0x faster than rhashtable   0\.25  \|$')
        self.assertTrue(all(len(line) <= tables.WIDTH for line in lines[1:]))

    def test_nothing_was_measured(self):
        self.assertEqual(head.tables(Figures([])), [])


if __name__ == '__main__':
    unittest.main()
